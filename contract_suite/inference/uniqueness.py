"""Members that no two things share, where a sentence says so and the create documents a refusal for it.

420 members of 50 providers are described as unique. The sentence stands at the member, at the create or at its 409, and
names one member alone: "The email must be unique", "if another agent has the handle", "no two agencies have the same name".
One that limits it to a part of the things ("within a project", "another venue of the city has the name") counts if a member
of the request, or a parameter of its path, names that part. A sentence of the update about a member counts too, where both document a 409.

Frameworks such as Laravel, Rails and Django refuse a duplicate as they refuse any invalid value. Without a 409, a sentence
counts that demands it at the member itself ("Unique.", "Must be unique") or at an operation, beside a 422; with a 400 alone, it is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.contract.naming.names import singular, words
from contract_suite.contract.naming.sentences import case_said, statements
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.inference.kit.kinds import Kind
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON

NAME: Final = "uniqueness"
_CONFLICT: Final = "409"
_INVALID: Final = ("422", "400")
"""Statuses with which a duplicate may be refused as an invalid value, the more telling first."""
_DEMANDS: Final = re.compile(
    r"\b(must|has to|have to|needs? to|shall|should)( always| still| [\w-]+ly)?( be| stay| remain)?( [\w-]+ly)? unique\b|\bno two\b"
    r"|^(always |[\w-]+ly )?unique\s*($|[.,;:()]|(among|across|within|per|in|for|over|throughout|also"
    r"|regardless|irrespective|whatever|without|ignoring|disregarding|case)\b)",
    re.IGNORECASE,
)
"""Sentences that leave no doubt that a value which another one has is refused."""
_SAYS: Final = re.compile(
    r"\b(must|has to|have to|needs? to|shall|should|will|is|are|be)( always| still| [\w-]+ly)?( be| stay| remain)?( [\w-]+ly)? unique\b"
    r"|\bunique (among|across|within|per|in|for)\b|\bmust not be (that|the (one|same|\w+)) (of|as) (that of )?another\b"
    r"|\balready (exists?|taken|used|in use|registered|assigned)\b|\bexists? already\b|\b(is|be|was|been) taken\b(?! "
    r"(off|from|over|up|out|away|back|into|as|along|down|during|after|before|once|twice|per|every|daily)\b)"
    r"|\banother\b.{0,40}\b(has|have|with|uses?)\b|\bno two\b|\bonly (one|once)\b.{0,40}\bsame\b",
    re.IGNORECASE,
)
_SAYS_FREE: Final = re.compile(r"\b(must|has to|have to|needs? to) (still )?be (free|unused|untaken)\b", re.IGNORECASE)
_NAMING: Final = frozenset(
    {
        "name",
        "username",
        "nickname",
        "handle",
        "alias",
        "slug",
        "code",
        "key",
        "email",
        "mail",
        "login",
        "domain",
        "subdomain",
    }
    | {"host", "hostname", "label", "tag", "title", "plate", "sku", "isbn", "serial", "number", "sign"}
)
"""Last words of members of which "must be free" says that no other thing is called so: a room is free for a while."""
_PLACES: Final = frozenset(
    {
        "seat",
        "room",
        "table",
        "slot",
        "desk",
        "spot",
        "court",
        "bed",
        "berth",
        "gate",
        "time",
        "date",
        "day",
        "hour",
        "start",
        "begin",
    }
)
"""Last words of members that one thing has for a while, or for one occasion, and another one after it."""
_IN_A_STATE: Final = re.compile(
    r"\b(active|open|enabled|live|running|pending|ongoing|unfinished|uncancelled|undeleted|non-deleted|published|current|upcoming)\b"
    r"|(\bnot|n['\u2019]t) (been )?(yet )?(cancell?ed|deleted|archived|closed|finished|expired|ended|returned)\b"
    r"|\b(at (that|the same) time|overlap|during|meanwhile)",
    re.IGNORECASE,
)
"""Words by which a value is taken by some things only, as long as they are in a state or at a time."""
_SAYS_UPSERT: Final = re.compile(
    r"\b(returns?|returned|updates?|updated|upserts?|upserted|merges?|merged|reuses?|reused|replaces?|replaced|overwrites?|overwritten)\b",
    re.IGNORECASE,
)
_REFUSED: Final = re.compile(
    r"\b4\d\d\b|\bconflict|\brefus|\breject|\berrors?\b|\bfail|\bmust\b|\bno two\b", re.IGNORECASE
)
"""A sentence with the former and without the latter says that the thing which is there already is taken for the new one."""
_SAYS_OF_A_CONFLICT: Final = re.compile(
    r"\b(exists?|taken|duplicate|in use|not unique|unique|registered)\b", re.IGNORECASE
)
_DENIES: Final = re.compile(
    r"(\b(not|never|without)|n['\u2019]t)( \w+){0,3} unique\b|\bneed(n['\u2019]t| not)\b|\bnot (necessarily|guaranteed)\b",
    re.IGNORECASE,
)
_SOMETIMES: Final = re.compile(
    r"\b(unless|except|excluding|ideally|preferably|usually|typically|normally|mostly|recommended|by default)\b",
    re.IGNORECASE,
)
_TOGETHER: Final = re.compile(
    r"\b(combin(ed|ations?)|together|jointly|pairs?|tuples?|composite|compound|conjunction)\b", re.IGNORECASE
)
"""What is unique is several values in one, of which each may come again."""
_IF: Final = re.compile(r"\b(if|when|where|in case|once|(by|on|at|from|in|with) (which|whom))\b", re.IGNORECASE)
"""Without a word of a refusal, what follows this is no demand: "if the name is taken, a number is appended"."""
_WITH_THE_SAME: Final = re.compile(r"\b(?:with|in|on|at|of|having|has|have|share|shares) the same (\w+)", re.IGNORECASE)
_OF_A_VERSION: Final = re.compile(
    r"\b(chang|edit|modif|updat)ed\b|\bmeanwhile\b|\bversion\b|\bconcurren", re.IGNORECASE
)
"""Words by which another one's writing is in the way, and not what it is called."""
_OF_READING: Final = re.compile(
    r"\b(sort|order|search|filter|quer|list|look)\w*\b|\b(sign|log)(s|ged|ging|ning)? ?-?in\b|\bquery\b", re.IGNORECASE
)
"""Words of sentences about finding things, whose case has nothing to do with what is unique."""
_EVERYWHERE: Final = re.compile(r"\b(all|any|every|across|globally)\b", re.IGNORECASE)
_ACROSS_ONE: Final = re.compile(r"\bacross (the|its|an?|one|each) (\w+)", re.IGNORECASE)
_WHOLES: Final = frozenset(
    {"whole", "entire", "system", "platform", "service", "application", "app", "api", "account", "tenant", "instance"}
    | {"organization", "organisation", "workspace", "company", "site", "database", "network", "world", "board", "same"}
)
"""What is unique across one of these is unique among all that a key shows."""
_OF_ALL: Final = re.compile(r"\b(?:all|any|every|across)\s+(?:(?:all|the|of)\s+)*(\w+)", re.IGNORECASE)
_EACH_ONE: Final = re.compile(
    r"(?<!across )(?<!among )(?<!amongst )\b(?:(?:within|per|in|for|of) )?(?:every|any|each)( one)? (\w+)",
    re.IGNORECASE,
)
_GLOBALLY: Final = re.compile(r"\bglobally\b|\bsystem[- ]wide\b|\beverywhere\b", re.IGNORECASE)
_WITHIN: Final = re.compile(
    r"\b(?:within|per|in|for|of)\s+(?:(?:the|its|a|an|one|each|this|that|same)\s+)*(\w+)", re.IGNORECASE
)
_SCOPED: Final = re.compile(r"\b(within|per|(for|in) (each|every|any))\b", re.IGNORECASE)
_PLURAL: Final = r"(?:are|must|have to|need|shall|should)\b"
"""What follows a noun in the plural, and not a verb that is spelled like it: "a body that names a room"."""
_KEYS: Final = frozenset({"id", "ids", "name", "key", "code", "uuid", "ref"})


@dataclass(frozen=True, slots=True)
class _Said:
    """A member, the members within which it is unique, and the sentence that says so."""

    member: str
    within: tuple[str, ...]
    sentence: str


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield what is unique of each kind of thing that a create makes."""
    if reading.contract.resources:
        return
    for kind in reading.kinds:
        create = kind.create
        sent = kind.sent(create) if create is not None else None
        statuses = {spec.status for spec in create.responses} if create is not None else set()
        refusal = next((each for each in (_CONFLICT, *_INVALID) if each in statuses), "")
        if create is None or sent is None or not refusal:
            continue
        said = _said(kind, create, sent) if refusal == _CONFLICT else _demanded(kind, create, sent, refusal)
        found = {each.member: each for each in said}
        rules: list[JSON] = [
            {
                "fields": [each.member],
                **({"within": [*each.within]} if each.within else {}),
                **({"case": case} if (case := _case(kind, create, sent, each)) else {}),
                **({"status": int(_CONFLICT)} if _is_told_409(create, sent, each) else {}),
                "x-source": "inferred",
            }
            for each in found.values()
        ]
        if rules:
            yield InferredFact(
                rule=NAME,
                operation="",
                path=("resources", kind.name, "unique"),
                words=rules,
                witnesses=_witnesses(create, refusal, [each.sentence for each in found.values()]),
            )


def _witnesses(create: Operation, refusal: str, sentences: Sequence[str]) -> tuple[Witness, ...]:
    said = [f'a description says "{each.rstrip(".")}"' for each in sentences]
    if refusal == _INVALID[-1]:  # which every create documents
        return (Witness(text=" and ".join(said), location=create.location),)
    return tuple(Witness(text=each, location=create.location) for each in (*said, f"{create.id} documents {refusal}"))


def _chosen(kind: Kind, sent: SchemaView) -> dict[str, SchemaView]:
    """Return the members that a client chooses."""
    return {
        name: sent.member(name)
        for name in sent.property_names()
        if name not in kind.identity and _is_chosen(sent.member(name))
    }


def _references(kind: Kind, create: Operation, sent: SchemaView) -> list[str]:
    """Return what a create names other things by: members of its body, and parameters of its path that a thing shows."""
    shown = kind.representation
    above = [each.name for each in create.parameters if each.where == "path"] if shown is not None else []
    names = [*sent.property_names(), *(each for each in above if shown is not None and each in shown.property_names())]
    return [name for name in names if words(name)[-1:] and words(name)[-1] in _KEYS]


def _demanded(kind: Kind, create: Operation, sent: SchemaView, refusal: str) -> Iterator[_Said]:
    """What the descriptions of members demand, and those of operations in a sentence about one member that names its refusal."""
    references, chosen = _references(kind, create, sent), _chosen(kind, sent)
    for name, place in chosen.items():
        for sentence in statements(place.keyword("description")):
            if _DEMANDS.search(sentence):
                yield from _scoped(kind, name, sentence, references)
    for operation in (kind.update, create):
        if operation is None or refusal not in {spec.status for spec in operation.responses}:
            continue
        for sentence in (each for text in (operation.summary, operation.description) for each in statements(text)):
            if _is_refused_with(sentence, refusal) and not _OF_A_VERSION.search(sentence):
                yield from _of_one(kind, chosen, sentence, references)


def _is_refused_with(sentence: str, status: str) -> bool:
    """Whether a sentence of an operation demands that something is unique, by naming the status of the refusal or plainly."""
    named = re.search(rf"\b{status}\b", sentence) is not None and _SAYS.search(sentence) is not None
    plainly = status == _INVALID[0] and _DEMANDS.search(sentence) is not None
    return (named or plainly) and not _is_no_demand(sentence)


def _of_one(kind: Kind, chosen: Mapping[str, SchemaView], sentence: str, references: Sequence[str]) -> Iterator[_Said]:
    """What a sentence of an operation says of the one member that it calls unique; nothing where it may be several."""
    named = [name for name in chosen if _names(sentence, name)]
    around = [name for name in named if name.lower() in {each.lower() for each in _WITHIN.findall(sentence)}]
    unique = [name for name in named if name not in around] if len(around) < len(named) else named
    if len(unique) == 1:
        yield from _scoped(kind, unique[0], sentence, [*references, *around])


def _said(kind: Kind, create: Operation, sent: SchemaView) -> Iterator[_Said]:
    chosen, references = _chosen(kind, sent), _references(kind, create, sent)
    for name, place in chosen.items():
        for sentence in statements(place.keyword("description")):
            told = _SAYS.search(sentence) or _DEMANDS.search(sentence) or _says_free(sentence, name)
            if (told or _is_called_unique(sentence, name)) and not _is_no_demand(sentence):
                yield from _scoped(kind, name, sentence, references)
    for operation in (kind.update, create):  # what the create says is heard last, and counts
        for text, says in _texts(operation):
            for sentence in statements(text):
                left_out = operation is kind.update and _OF_A_VERSION.search(sentence) is not None
                if left_out or (says is _SAYS and _is_no_demand(sentence)):
                    continue
                for each in _of_one(kind, chosen, sentence, references):
                    if says.search(sentence) or _says_free(sentence, each.member):
                        yield each


def _texts(operation: Operation | None) -> list[tuple[str, re.Pattern[str]]]:
    """Return what an operation that documents a 409 says, each text with what makes it one about a name that is taken."""
    conflicts = [spec.description for spec in operation.responses if spec.status == _CONFLICT] if operation else []
    if operation is None or not conflicts:
        return []
    return [
        (operation.summary, _SAYS),
        (operation.description, _SAYS),
        *((each, _SAYS_OF_A_CONFLICT) for each in conflicts),
    ]


def _is_told_409(create: Operation, sent: SchemaView, said: _Said) -> bool:
    """Whether the sentence by which a member is unique, at it or at the create, names the status of the refusal or stands at it."""
    at_refusal = [spec.description for spec in create.responses if spec.status == _CONFLICT]
    if any(said.sentence in statements(each) for each in at_refusal):
        return True
    if re.search(rf"\b{_CONFLICT}\b", said.sentence) is None or not at_refusal:
        return False
    texts = (sent.member(said.member).keyword("description"), create.summary, create.description)
    return any(said.sentence in statements(each) for each in texts)


def _case(kind: Kind, create: Operation, sent: SchemaView, said: _Said) -> str:
    """Return what is said of the case of a unique member, "exact" or "ignored"; empty where nobody says so, or who does differ.

    That is the sentence by which it is unique, another one that names the member or stands at it, and one beside the former
    that names no other member.
    """
    names = sent.property_names()
    own = statements(sent.member(said.member).keyword("description"))
    around = [
        each for operation in (create, kind.update) for text, _ in _texts(operation) for each in [statements(text)]
    ]
    if said.sentence not in own and not any(said.sentence in each for each in around):
        around = [*around, statements(create.description)]
    found: set[str] = set()
    for text in (own, *around):
        for sentence in text:
            told = case_said(sentence)
            if not told or _SOMETIMES.search(sentence) or (sentence != said.sentence and _OF_READING.search(sentence)):
                continue
            named = [name for name in names if _names(sentence, name)]
            nearby = not named and (text is own or said.sentence in text)
            if sentence == said.sentence or said.member in named or nearby:
                found.add(told)
    return found.pop() if len(found) == 1 else ""


def _scoped(kind: Kind, member: str, sentence: str, references: Sequence[str]) -> Iterator[_Said]:
    """What a sentence of a text says of a member; nothing where it names a scope that nothing in a request is named after."""
    if any(each.search(sentence) for each in (_DENIES, _IN_A_STATE, _SOMETIMES, _TOGETHER)):
        return
    if _SAYS_UPSERT.search(sentence) and not _REFUSED.search(sentence):
        return
    if not _DEMANDS.search(sentence) and (words(member) or ("",))[-1] in _PLACES:
        return
    scopes = {singular("".join(words(each)[:-1]) or each.lower()): each for each in references if each != member}
    owners = {*scopes, *_owners(kind.scope)}
    told = _EACH_ONE.sub(lambda each: f"within the {each[2]}" if each[2].lower() in owners else each[0], sentence)
    told = _ACROSS_ONE.sub(_within_one, told)
    nouns = [singular(each.lower()) for each in _WITHIN.findall(told)]
    same = {singular(each.lower()) for each in _WITH_THE_SAME.findall(told)} - set(words(member)) - owners
    if any(not same.isdisjoint(words(each)) for each in _members(kind) if each != member):
        return  # "no two with the same tier may share a name"
    nouns += [singular(each.lower()) for each in _WITH_THE_SAME.findall(told)]
    within = () if _EVERYWHERE.search(told) else tuple(scopes[noun] for noun in nouns if noun in scopes)
    known = {singular(kind.name.lower()), *words(member)}
    if within or kind.scope or _EVERYWHERE.search(told) or not _SCOPED.search(told) or known & set(nouns):
        owned = () if _is_across(told, kind.scope) else kind.scope
        yield _Said(member, tuple(dict.fromkeys((*owned, *within))), sentence)


def _within_one(found: re.Match[str]) -> str:
    """Return "across the day" as "within the day": of one thing and not of many, nor of all that a server keeps."""
    noun = found[2].lower()
    one = noun not in _WHOLES and singular(noun) == noun
    return f"within {found[1]} {found[2]}" if one else found[0]


def _says_free(sentence: str, name: str) -> bool:
    """Whether a sentence says that what things are called must be free: "The handle must still be free"."""
    return (words(name) or ("",))[-1] in _NAMING and _SAYS_FREE.search(sentence) is not None


def _is_across(sentence: str, scope: Sequence[str]) -> bool:
    """Whether a sentence says that owners make no difference: "unique among the vehicles of all fleets"."""
    owners = _owners(scope)
    named = {singular(each.lower()) for each in _OF_ALL.findall(sentence)}
    return bool(scope) and (bool(owners & named) or _GLOBALLY.search(sentence) is not None)


def _owners(scope: Sequence[str]) -> set[str]:
    """Return what the owners of a thing are called, in the singular, by the names of their ids."""
    return {
        singular("".join(words(each)[:-1]) if words(each)[-1:] and words(each)[-1] in _KEYS else each) for each in scope
    }


def _members(kind: Kind) -> Sequence[str]:
    sent = kind.sent(kind.create) if kind.create is not None else None
    return [*sent.property_names()] if sent is not None else []


def _is_no_demand(sentence: str) -> bool:
    """Whether a sentence, which doesn't stand at a refusal, says what becomes of a value that is taken, and not that it is refused."""
    return _IF.search(sentence) is not None and _REFUSED.search(sentence) is None


def _is_chosen(place: SchemaView) -> bool:
    """Whether a client writes a text or a number of its own here."""
    listed = place.keyword("enum") is not None or place.keyword("const") is not None
    return (
        place.types() - {"null"} in ({"string"}, {"integer"}) and place.keyword("readOnly") is not True and not listed
    )


def _is_called_unique(sentence: str, name: str) -> bool:
    """Whether a member's own description calls it by its name and unique: "Unique code of the project." of `code`."""
    found = re.search(r"\bunique (\w+)", sentence, re.IGNORECASE)
    return found is not None and found[1].lower() in words(name) and found[1].lower() not in {"id", "identifier"}


def _names(sentence: str, name: str) -> bool:
    """Whether a sentence speaks of a member, by its name or by its words, or of all of them: "Names must be unique"."""
    spelled = {re.escape(name), r"[\s-]".join(map(re.escape, words(name)))} - {""}
    spelled |= {each.replace("email", "e-mail") for each in spelled}
    called = "|".join(sorted(spelled))
    return re.search(rf"(?<!\w)(?:{called})(?:(?!\w)|s {_PLURAL})", sentence, re.IGNORECASE) is not None


RULE: Final = InferenceRule(
    name=NAME, title="A sentence and a documented 409 say which values must be unique.", infer=infer
)
