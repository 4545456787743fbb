"""What may not be deleted while something belongs to it, as sentences say: at the delete, or at its refusal.

Whether a sentence means any of what belongs to it, or only some (an open order, an unpaid invoice), its words tell: what
stands around the noun must add nothing to it, or name states of what belongs to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.actions.kit.reaching import state_member
from contract_suite.behaviours.kit.own_things import ItemPaths, item_paths
from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.naming.state_sentences import is_for_some
from contract_suite.contract.naming.states import is_spoken, spoken
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.view import SchemaView, view

_CONFLICTS: Final = ("409", "422", "423", "412", "400")
"""Statuses with which such a delete is refused."""
_CREATED: Final = 201
_DEEPEST: Final = 3
_MOST_UNTOLD: Final = 3
EACH: Final = "*"
"""The step through a list."""
_REFUSES: Final = re.compile(
    r"\b(4(09|22|23|12|00)|refus\w*|reject\w*|can ?not|can't|may not|must not|conflict|fails?|forbidden"
    r"|not (?:allowed|possible|deleted)|denied|prevent\w*)\b"
    r"|\bonly\b",
    re.IGNORECASE,
)
_STATUS: Final = re.compile(r"\(?\b(?:(?:with|by|as|an?|the|HTTP|status|code)\s+)*4\d\d\b\)?", re.IGNORECASE)
_WHILE: Final = re.compile(r"\b(?:while|if|when|as long as|unless|until|where|because|with)\b(.*)", re.IGNORECASE)
_OR_WHILE: Final = re.compile(r",?\s*\bor\s+(?:while|if|when|as long as|an?|any)\b", re.IGNORECASE)
_DENIED: Final = r"\b(?:can ?not|can no longer|may not|must not|(?:is|are) (?:not|never|refused|rejected)|(?:can|is|are)n['\u2019]t|can['\u2019]t)\b"
_TAIL: Final = re.compile(
    rf"{_DENIED}\s+(?:be )?(?:deleted|removed|destroyed|erased)\b.*|\b(?:is|are) (?:refused|rejected)\b.*",
    re.IGNORECASE,
)
_WHICH: Final = re.compile(
    rf"^\W*(?:an? |the |any )?(?:\w+ )?\w+ (?:who|which|that) (.*?){_DENIED}\s*(?:be )?(?:deleted|removed|destroyed)?"
    r"(?: any ?more)?\s*(?:$|[.,;:(]|and\b)",
    re.IGNORECASE,
)
"""What may stand before a refusal: "A team which still has members cannot be deleted"."""
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
"""Words around the noun that leave it what it is; any other may narrow it: only *large* orders keep a customer."""
_OF_STATES: Final = frozenset(
    {"status", "statuses", "state", "states", "stage", "stages", "who", "whose", "not", "yet"}
)
_NEGATED: Final = re.compile(r"\b(?:not|never|n['\u2019]t)(?: yet)?(?: been)?\W*$", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"(?P<noun>[A-Za-z_-]*?[A-Za-z])[_-]?(?:[iI]d|ID|[uU]uid|UUID)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """What may not be deleted while something belongs to it, and how that is made.

    `steps` lead to the member of the body of `add` that names the owner, `*` through a list; empty where its path names it.
    `states` are those of what belongs to it that are meant, with the paths of that; none for all. `told` is whether the
    sentence was understood; else it only shows that the delete may be refused.
    """

    paths: ItemPaths
    delete: Operation
    add: Operation
    steps: tuple[str, ...]
    sentence: str
    states: tuple[str, ...] = ()
    added: ItemPaths | None = None
    told: bool = True


def owners(contract: Contract) -> Iterator[Owner]:
    """Yield what a plain document keeps from being deleted, with each thing that keeps it."""
    if contract.resources:
        return  # the document says itself what owns what
    usable = [each for each in contract.operations if not each.problem]
    deletes = {shape(each.path): each for each in usable if each.method == "DELETE"}
    creates = [each for each in usable if each.method == "POST" and each.body is not None]
    made = {paths.create.id: paths for paths in item_paths(contract)}
    for paths in item_paths(contract):
        delete = deletes.get(shape(paths.read.path))
        if delete is None or paths.create.method != "POST":
            continue
        said = list(_sentences(delete))
        adding = [(each, steps) for each in creates if (steps := _adds_to(each, paths)) is not None] if said else []
        for sentence in said:
            found = list(_told(paths, deletes, adding, sentence, made))
            if found:
                yield from found
                break
        else:
            making = [(each, steps) for each, steps in adding if each.documents(_CREATED)]
            for add, steps in making[:_MOST_UNTOLD]:
                yield Owner(paths=paths, delete=delete, add=add, steps=steps, sentence=said[0], told=False)


def _told(
    paths: ItemPaths,
    deletes: Mapping[str, Operation],
    adding: Sequence[tuple[Operation, tuple[str, ...]]],
    sentence: str,
    made: Mapping[str, ItemPaths],
) -> Iterator[Owner]:
    """Yield an owner for the noun of which a sentence says that it keeps the owner, or for each of several with "or" between."""
    nouns, delete = [_noun(each) for each, _ in adding], deletes[shape(paths.read.path)]
    told: list[Owner] = []
    for add, steps in adding:
        known = made.get(add.id)
        states = state_member(known)[1] if known is not None else ()
        meant = _meant(sentence, _noun(add), [_noun(paths.create), *nouns], states)
        if meant is None and _EMPTY.search(sentence) and (len(set(nouns)) == 1 or _is_removed(add, deletes)):
            meant = ()
        if meant is not None:
            said = sentence.rstrip(".;")
            told.append(
                Owner(paths=paths, delete=delete, add=add, steps=steps, sentence=said, states=meant, added=known)
            )
    if len({_noun(each.add) for each in told}) == 1:
        yield told[0]
    elif re.search(r"\bor\b", sentence):
        yield from told


def _sentences(delete: Operation) -> Iterator[str]:
    """The sentences that say when a delete is refused: those of the delete that speak of a refusal, and those of the refusal."""
    refusals = [each for each in delete.responses if each.status in _CONFLICTS]
    if not refusals:
        return
    for text in (delete.description, delete.summary):
        for sentence in statements(text):
            if is_for_some(sentence):
                continue  # who knows whether the run is one of them?
            if _REFUSES.search(sentence) and any(
                each.search(_STATUS.sub("", sentence)) for each in (_WHILE, _WHICH, _EMPTY)
            ):
                yield sentence
    for spec in refusals:
        for sentence in statements(spec.description):
            if spec.status != _CONFLICTS[-1] and (_WHILE.search(f"if {sentence}") or _EMPTY.search(sentence)):
                yield f"{spec.status}: {sentence}"


def _meant(
    sentence: str, noun: tuple[str, ...], others: Sequence[tuple[str, ...]], states: Sequence[str]
) -> tuple[str, ...] | None:
    """Return the states in which what is called so keeps the owner, none for all; `None` where a sentence doesn't say that."""
    text = _STATUS.sub("", sentence)
    which, match = _WHICH.search(text), _WHILE.search(text)
    condition = which[1] if which is not None else match[1] if match is not None else sentence.partition(":")[2]
    for part in _OR_WHILE.split(condition):
        found = _meant_by(_TAIL.sub("", _ASIDE.split(_joined(part, states))[0]), noun, others, states)
        if found is not None:
            return found
    return None


def _joined(part: str, states: Sequence[str]) -> str:
    """Return a condition in which no comma parts states from each other."""
    one = "|".join(map(spoken, sorted(states, key=len, reverse=True)))
    return (
        re.sub(rf"({one})[`'\"]?\s*,(?=\s*(?:or |and )?[`'\"]?(?:{one}))", r"\1 or", part, flags=re.IGNORECASE)
        if one
        else part
    )


def _meant_by(
    condition: str, noun: tuple[str, ...], others: Sequence[tuple[str, ...]], states: Sequence[str]
) -> tuple[str, ...] | None:
    named = tuple(each for each in states if is_spoken(each, condition))
    first = min((at.start() for each in named if (at := re.search(spoken(each), condition, re.IGNORECASE))), default=0)
    negated = bool(named) and _NEGATED.search(condition[:first]) is not None
    for each in named:
        condition = re.sub(spoken(each), " ", condition, flags=re.IGNORECASE)
    said = _words_of(condition)
    for other in sorted({noun, *others}, key=len, reverse=True):
        said, found = _without(said, other)
        if other == noun and not found:
            return None
    more = _NOTHING_MORE | _OF_STATES if named else _NOTHING_MORE
    if any(word not in more for word in said) or ("not" in said) is not negated:
        return None
    return tuple(each for each in states if each not in named) if negated else named


def is_reference(name: str) -> bool:
    """Whether a member is called after the id of something: `kiln_id`."""
    return _REFERENCE.fullmatch(name) is not None


def _words_of(text: str) -> list[str]:
    """Return the words of a text, those of names in it too."""
    return [word for each in text.split() for word in words(each)]


def _without(said: list[str], noun: tuple[str, ...]) -> tuple[list[str], bool]:
    """Return words without a noun, and whether it was among them."""
    found, index, kept = False, 0, []
    while index < len(said):
        if tuple(singular(each) for each in said[index : index + len(noun)]) == noun:
            found, index = True, index + len(noun)
        else:
            kept.append(said[index])
            index += 1
    return kept, found


def _adds_to(add: Operation, paths: ItemPaths) -> tuple[str, ...] | None:
    """Return the way to the member by which a create names what it adds to, empty where its path does; `None` if it adds nothing to it."""
    if shape(add.path).rpartition("/")[0] == shape(paths.read.path):
        return ()
    media = add.body.of_members if add.body else None
    if names_in(add.path) or add is paths.create or media is None or media.schema is None:
        return None
    found = list(_references(view(media.schema), "".join(_noun(paths.create))))
    return found[0] if len(found) == 1 and len(names_in(paths.read.path)) == 1 else None


def _references(place: SchemaView, owner: str, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the ways to the members that are called after the id of an owner, or after it: `plan_id`, `lines/*/productId`."""
    for name in place.property_names():
        match, member = _REFERENCE.fullmatch(name), place.member(name)
        if (match is not None and plain_name(match["noun"]) == owner) or (
            plain_name(name) == owner and member.types() & {"string", "integer"} and not member.types() & {"object"}
        ):
            yield (*above, name)
        elif len(above) < _DEEPEST and "array" in member.types():
            yield from _references(member.element(0), owner, (*above, name, EACH))
        elif len(above) < _DEEPEST and "object" in member.types():
            yield from _references(member, owner, (*above, name))


def _is_removed(add: Operation, deletes: Iterable[str]) -> bool:
    """Whether what a create adds can be deleted again, by the shapes of the paths of deletes."""
    noun = add.path.rstrip("/").rpartition("/")[2]
    return any(each == f"{noun}/{{}}" or each.endswith(f"/{noun}/{{}}") for each in deletes)


def _noun(create: Operation) -> tuple[str, ...]:
    """The words for what a create makes, by its path: `item` of `POST /warehouses/{id}/items`."""
    return tuple(singular(each) for each in words(create.path.rstrip("/").rpartition("/")[2]))
