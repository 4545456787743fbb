"""A resource is not deleted while something belongs to it, where the document says so: a warehouse that still holds items.

Only a sentence can say so, at the delete or at its refusal. Whether it means any of what belongs to it, or only some (an
open order, an unpaid invoice), its words tell: what stands around the noun must add nothing to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import ItemPaths, OwnThing, item_paths, make_own
from contract_suite.behaviours.kit.requests import get_at, path_arguments, required_arguments
from contract_suite.behaviours.kit.responses import done, obstacle, refused, served, why_not
from contract_suite.behaviours.kit.retrying import LOOKS
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.view import view
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, escape
from contract_suite.model.verdict import Verdict

NAME: Final = "refused-deletes"
_KEPT: Final = "kept"
_CONFLICTS: Final = ("409", "422", "423", "412", "400")
"""Statuses with which such a delete is refused."""
_PAUSE: Final = 0.2
_REFUSES: Final = re.compile(
    r"\b(4(09|22|23|12|00)|refus\w*|reject\w*|can ?not|can't|may not|must not|conflict|fails?|forbidden|not allowed|denied|prevent\w*)\b"
    r"|\bonly\b",
    re.IGNORECASE,
)
_WHILE: Final = re.compile(r"\b(?:while|if|when|as long as|unless|until|where|because|with)\b(.*)", re.IGNORECASE)
_EMPTY: Final = re.compile(r"\b(?:only (?:an )?|must be |unless (?:it is )?|is not |isn't |not )empty\b", re.IGNORECASE)
_ASIDE: Final = re.compile(r"[,(;:]|\s[-\u2013\u2014]\s")
"""What comes behind it is said besides: "while vehicles belong to it, sold ones included"."""
_NOTHING_MORE: Final = frozenset(
    {
        "a", "all", "an", "and", "any", "are", "as", "assigned", "associated", "at", "attached", "be", "been",
        "being", "belong", "belonging", "belongs", "by", "child", "contain", "containing", "contains", "dependent",
        "depend", "depends", "exist", "existing", "exists", "for", "from", "has", "have", "having", "held", "hold",
        "holding", "holds", "if", "in", "is", "it", "its", "least", "left", "linked", "long", "more", "of", "on",
        "one", "or", "own", "owned", "owns", "part", "reference", "referenced", "references", "referencing", "refer",
        "referring", "refers", "related", "remain", "remaining", "remains", "some", "still", "stationed", "that",
        "the", "them", "there", "these", "they", "this", "to", "under", "unless", "until", "use", "used", "uses",
        "using", "when", "where", "which", "while", "with", "within",
    }
)  # fmt: skip
"""Words around the noun that leave it what it is; any other may narrow it: only *open* orders keep a customer."""
_REFERENCE: Final = re.compile(r"(?P<noun>[A-Za-z_-]*?[A-Za-z])[_-]?(?:[iI]d|ID|[uU]uid|UUID)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owner:
    """What may not be deleted while something belongs to it, and how that is made.

    `member` of the body of `add` names the owner; it is empty where the path does.
    """

    paths: ItemPaths
    delete: Operation
    add: Operation
    member: str
    sentence: str


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every delete of what the run can make, where a sentence says what keeps it from being deleted."""
    found = (_clause_of(each) for each in _owners(contract))
    reason = "the document doesn't say of what the run can make that it is kept while something belongs to it"
    yield from inapplicable_if_none(found, contract, NAME, "owned", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Add something to one of the run's own things, and try to delete that."""
    for owner in _owners(session.contract):
        verdicts = Verdicts(session, {_KEPT: _clause_of(owner)})
        if not verdicts.any_wanted:
            continue
        if session.allowed(owner.delete) and session.allowed(owner.add):
            yield from while_sent(_drive(session, owner, verdicts))
        yield from verdicts.leave_untested("nothing could be added to one of the run's own things")


def _drive(session: Session, owner: _Owner, verdicts: Verdicts) -> Iterator[Verdict]:
    one = make_own(session, owner.paths)
    added = _add(session, owner, one) if one is not None else None
    arguments = required_arguments(session, owner.delete, one.address) if one is not None else None
    if one is None or added is None or arguments is None or not done(added):
        return
    note, aim = "delete it while something belongs to it", verdicts.clause_id(_KEPT)
    deleted = session.call(owner.delete, arguments, intent=Intent.UNKNOWN, note=note, aim=aim)
    if obstacle(deleted) or not (done(deleted) or refused(deleted)):
        yield from verdicts.untested(_KEPT, why_not(deleted), deleted)
        return
    after = _look(session, owner, one, gone=served(deleted))
    if after is None or obstacle(after):
        return
    if served(after):
        yield from verdicts.passed(_KEPT, f"the delete was answered {deleted.status}", added, deleted, after)
        return
    message = (
        f"{added.request.method} {added.request.target} added something to {shown(dict(one.address))}, and the document says "
        f'"{owner.sentence}"; the delete was answered {deleted.status}, and a read {after.status}'
    )
    yield from verdicts.failed(
        _KEPT, message, one.created, added, deleted, after, expected="4xx", actual=deleted.status
    )


def _look(session: Session, owner: _Owner, one: OwnThing, *, gone: bool) -> Exchange | None:
    """Read what was to be deleted; what is still shown after a delete that was served is looked for again."""
    found: Exchange | None = None
    for look in range(LOOKS if gone else 1):
        if look:
            session.pause(_PAUSE)
        found = get_at(session, owner.paths.read, one.address, note="is it still there?")
        if found is None or not served(found):
            break
    return found


def _add(session: Session, owner: _Owner, one: OwnThing) -> Exchange | None:
    """Add something to a thing: below its path, or with a member that names it."""
    arguments = session.accepted(owner.add)
    if arguments is None:
        return None
    if owner.member:
        body = arguments.get("body")
        if not isinstance(body, dict):
            return None
        changed: dict[str, JSON] = {**body, owner.member: one.address[owner.paths.key]}
        media = owner.add.body.of_members if owner.add.body else None
        if media is not None and media.schema is not None and not media.schema.is_valid(changed):
            return None
        given = {**arguments, "body": changed}
    else:
        given = {**arguments, **path_arguments(owner.add, one.address)}
    return session.call(owner.add, given, intent=Intent.UNKNOWN, note="add something to the run's own")


def _owners(contract: Contract) -> Iterator[_Owner]:
    if contract.resources:
        return  # the document says itself what owns what
    usable = [each for each in contract.operations if not each.problem]
    deletes = {shape(each.path): each for each in usable if each.method == "DELETE"}
    creates = [each for each in usable if each.method == "POST" and each.body is not None]
    for paths in item_paths(contract):
        delete = deletes.get(shape(paths.read.path))
        if delete is None or paths.create.method != "POST":
            continue
        said = list(_sentences(delete))
        adding = [(each, member) for each in creates if (member := _adds_to(each, paths)) is not None] if said else []
        adding = [(each, member) for each, member in adding if _is_removed(each, deletes)]
        for sentence in said:
            told = [(each, member) for each, member in adding if _is_told(sentence, _noun(each), _noun(paths.create))]
            if not told and _EMPTY.search(sentence):
                told = adding
            if len({_noun(each) for each, _ in told}) == 1:
                add, member = told[0]
                yield _Owner(paths=paths, delete=delete, add=add, member=member, sentence=sentence.rstrip(".;"))
                break


def _sentences(delete: Operation) -> Iterator[str]:
    """The sentences that say when a delete is refused: those of the delete that speak of a refusal, and those of the refusal."""
    refusals = [each for each in delete.responses if each.status in _CONFLICTS]
    if not refusals:
        return
    for text in (delete.description, delete.summary):
        for sentence in statements(text):
            if _REFUSES.search(sentence) and (_WHILE.search(sentence) or _EMPTY.search(sentence)):
                yield sentence
    for spec in refusals:
        for sentence in statements(spec.description):
            if spec.status != _CONFLICTS[-1] and (_WHILE.search(f"if {sentence}") or _EMPTY.search(sentence)):
                yield f"{spec.status}: {sentence}"


def _is_told(sentence: str, noun: tuple[str, ...], owner: tuple[str, ...]) -> bool:
    """Whether a sentence says that any of what is called so keeps the owner: nothing narrows the noun."""
    match = _WHILE.search(sentence)
    condition = match[1] if match is not None else sentence.partition(":")[2]
    said = [word for each in _ASIDE.split(condition)[0].split() for word in words(each)]
    ones, found = [singular(word) for word in said], False
    for index in range(len(said) - len(noun) + 1):
        if tuple(ones[index : index + len(noun)]) == noun:
            said[index : index + len(noun)] = [""] * len(noun)
            found = True
    return found and all(not word or word in _NOTHING_MORE or singular(word) in owner for word in said)


def _adds_to(add: Operation, paths: ItemPaths) -> str | None:
    """Return the member by which a create names what it adds to, empty where its path does; `None` if it adds nothing to it."""
    if shape(add.path).rpartition("/")[0] == shape(paths.read.path):
        return ""
    media = add.body.of_members if add.body else None
    if names_in(add.path) or add is paths.create or media is None or media.schema is None:
        return None
    owner = "".join(_noun(paths.create))
    found = [
        name
        for name in view(media.schema).property_names()
        if (match := _REFERENCE.fullmatch(name)) is not None and plain_name(match["noun"]) == owner
    ]
    return found[0] if len(found) == 1 and len(names_in(paths.read.path)) == 1 else None


def _is_removed(add: Operation, deletes: Iterable[str]) -> bool:
    """Whether what a create adds can be deleted again: else its owner would stay, too."""
    noun = add.path.rstrip("/").rpartition("/")[2]
    return any(each == f"{noun}/{{}}" or each.endswith(f"/{noun}/{{}}") for each in deletes)


def _noun(create: Operation) -> tuple[str, ...]:
    """The words for what a create makes, by its path: `item` of `POST /warehouses/{id}/items`."""
    return tuple(singular(each) for each in words(create.path.rstrip("/").rpartition("/")[2]))


def _clause_of(owner: _Owner) -> Clause:
    return clause_at(
        NAME,
        owner.delete,
        f"owned/{escape(owner.add.id)}",
        "occupied-kept",
        f"{owner.sentence[:1].upper()}{owner.sentence[1:]}.",
    )


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A resource is not deleted while something belongs to it, where the document says so.",
    clauses=clauses,
    drive=drive,
)
