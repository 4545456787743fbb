"""Where items without a value of a sort key stand, where sentences of a document say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal

from contract_suite.contract.naming.names import speaks_of, words
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.inference.kit.order_statements import OrderStatement
from contract_suite.model.json import tokens

Place = Literal["first", "last"]
Way = Literal["asc", "desc"]

_END: Final = (
    r"(?=[,;:.()]|$|\s+(?:(?:is|are|be|will|should|must|always|first|last|then|at|to)\b|"
    r"(?:come|go|stand|sort|appear|rank|count|follow|land|end)(?:s|es)?\b))"
)
_WITHOUT: Final = re.compile(
    r"\b(?:nulls?(?: values?)?|(?:missing|absent|unset) values?)\b"
    rf"|\b(?:without|lacking|with no|that lack|(?:have|has|having) no)\s+(?:an?\s+|any\s+|the\s+|their\s+|its\s+)?(?P<named>[^,;:.()]+?){_END}"
    rf"|\bwhose\s+(?P<whose>[^,;:.()]+?)\s+(?:is|are)\s+(?:null|missing|absent|empty|unset|unknown|not (?:set|given|known))\b"
    r"|\bwhere\s+(?P<where>\w+)\s+is\s+(?:null|missing|absent|unset|not (?:set|given|known))\b"
    rf"|\bwith\s+(?:an?\s+)?null\s+(?P<with>[^,;:.()]+?){_END}",
    re.IGNORECASE,
)
_AFTER: Final = (
    r"(?=\s*(?:$|[,;:.()]|\b(?:in|if|when|whatever|whichever|regardless|irrespective|either|both|always|for|and|or|even|no matter|"
    r"on|as well|too|while|with|independent\w*|by|ascending|descending|asc|desc)\b))"
)
_OTHERS: Final = r"(?:all|any|every|the (?:rest|others))\b"
_FIRST: Final = (
    rf"\bfirst\b{_AFTER}|\b(?:at|to) the (?:very )?(?:beginning|start|top|front)\b|\b(?:before|ahead of) {_OTHERS}"
)
_LAST: Final = rf"\blast\b{_AFTER}|\b(?:at|to) the (?:very )?(?:end|bottom)\b|\b(?:after|behind|below) {_OTHERS}"
_LOW: Final = r"\bas (?:if (?:they were )?)?(?:the )?(?:smallest|lowest|least|smaller than|lower than|less than)\b"
_HIGH: Final = r"\bas (?:if (?:they were )?)?(?:the )?(?:largest|highest|greatest|biggest|larger than|higher than|greater than|more than)\b"
_PARTS: Final = re.compile(
    rf"(?P<first>{_FIRST})|(?P<last>{_LAST})|(?P<low>{_LOW})|(?P<high>{_HIGH})|"
    r"(?P<asc>\basc(?:ending)?\b)|(?P<desc>\bdesc(?:ending)?\b)",
    re.IGNORECASE,
)
BOTH_WAYS: Final = re.compile(
    r"\b(?:either|both|each|any|every|whichever|whatever)(?: the)?(?: sort)? (?:directions?|orders?|ways?)\b|\balike\b|\balways\b|"
    r"\b(?:regardless|irrespective|independent\w*) of (?:the |its )?(?:sort(?:ing)? )?(?:direction|order|sign)\b|"
    r"\bno matter (?:the|which|what|in which|how)\b|\bboth ways\b|\bwhichever way\b|"
    r"\basc(?:ending)? (?:and|or|as well as) desc(?:ending)?\b|\bdesc(?:ending)? (?:and|or|as well as) asc(?:ending)?\b|"
    r"\beven (?:when|if|in) (?:sorted |sorting )?desc\w*",
    re.IGNORECASE,
)
_OPEN: Final = re.compile(
    r"\b(?:not|never|cannot|may|might|could|can|should|depend\w*|usually|typically|optional\w*|except|but|database|followed|"
    r"by default|overrid\w*)\b|n't\b",
    re.IGNORECASE,
)
_ALL: Final = ("asc", "desc", "first", "last")
_NO_NAME: Final = frozenset({"one", "it", "value", "any", "such", "a", "values", "them"})
_OF_TIMES: Final = frozenset({"at", "on", "date", "time", "id"})


def told_nulls(
    statements: Iterable[OrderStatement],
    keys: Mapping[str, str],
    fields: Mapping[str, SchemaView],
    ways: Mapping[str, Iterable[Way]],
    alone: Mapping[str, Way | None],
) -> tuple[dict[str, dict[Way, Place]], list[str]]:
    """Return where nulls stand by key and direction, and the sentences that say it.

    `ways` are the directions in which each key can be asked for, `alone` the one that a sentence means which names none;
    `None` where either may be meant.
    """
    found: dict[str, list[dict[Way, Place]]] = {}
    said: list[str] = []
    for statement in statements:
        missing = _WITHOUT.search(statement.plain)
        rest = _WITHOUT.sub(" ", statement.plain)
        if missing is None or _OPEN.search(rest):
            continue
        for key in _keys(statement, missing, keys, fields):
            places = _places(statement.plain[missing.end() :], statement.plain, [*ways.get(key, ())], alone.get(key))
            if places:
                found.setdefault(key, []).append(places)
                said.append(statement.text)
    return {key: each[0] for key, each in found.items() if all(one == each[0] for one in each)}, said


def _keys(
    statement: OrderStatement, missing: re.Match[str], keys: Mapping[str, str], fields: Mapping[str, SchemaView]
) -> list[str]:
    """The keys whose values a statement says to be missing."""
    nullable = [key for key, field in keys.items() if field in fields and "null" in fields[field].types()]
    what = next((each for each in missing.groupdict().values() if each), "")
    marked = [key for key in keys if key in {each.lstrip("-+") for each in statement.marked}]
    if what and not _NO_NAME.issuperset(words(what)):
        named = [key for key in keys if _is_meant(what, key) or _is_meant(what, tokens(keys[key])[-1])]
        if named:
            return named if len(named) == 1 else [key for key in named if words(key) == words(what)]
        rest = statement.plain[: missing.start()] + statement.plain[missing.end() :]
        others = marked or [key for key in keys if statement.of_order and speaks_of(rest, key)]
        return others if len(others) == 1 and others[0] in nullable else []
    if not statement.of_order:
        return []
    others = marked or [key for key in keys if speaks_of(statement.plain, key)]
    return others or nullable


def _is_meant(what: str, key: str) -> bool:
    """Whether what is missing is called as a key is: a due date, for `due_at`."""
    return _bare(what) == _bare(key)


def _bare(name: str) -> tuple[str, ...]:
    said = words(name)
    return said[:-1] if len(said) > 1 and said[-1] in _OF_TIMES else said


def _places(after: str, whole: str, ways: list[Way], alone: Way | None) -> dict[Way, Place]:
    """Where nulls stand by direction, by what follows upon them; nothing where that is not clear."""
    parts = [str(each.lastgroup) for each in _PARTS.finditer(after)]
    both = BOTH_WAYS.search(whole) is not None
    places = [each for each in parts if each not in {"asc", "desc"}]
    named = [each for each in parts if each in {"asc", "desc"}]
    found: dict[Way, Place] = {}
    if places in (["low"], ["high"]) and (both or not named):
        found = {"asc": "first", "desc": "last"} if places == ["low"] else {"asc": "last", "desc": "first"}
    elif places in (["first"], ["last"]):
        place: Place = "first" if places == ["first"] else "last"
        meant: list[Way] = ["asc", "desc"] if both else _ways_named(named or _directions(whole))
        if not meant:
            meant = ways if len(ways) == 1 else [alone] if alone is not None else []
        found = dict.fromkeys(meant, place)
    elif sorted(places) == ["first", "last"] and not both:
        parts = [str(each.lastgroup) for each in _PARTS.finditer(whole)]
        pairs = [*zip(parts[::2], parts[1::2], strict=False)] if len(parts) == len(_ALL) else []
        found = {way: place for pair in pairs for way, place in _paired(pair)}
        found = found if len(found) == len(pairs) else {}  # each direction has its own
    return {way: place for way, place in found.items() if way in ways}


def _directions(text: str) -> list[str]:
    return [str(each.lastgroup) for each in _PARTS.finditer(text) if each.lastgroup in {"asc", "desc"}]


def _ways_named(named: list[str]) -> list[Way]:
    """The one direction that a statement names."""
    only = set(named)
    return ["asc"] if only == {"asc"} else ["desc"] if only == {"desc"} else []


def _paired(pair: tuple[str, str]) -> list[tuple[Way, Place]]:
    said = set(pair)
    way: Way = "asc" if "asc" in said else "desc"
    place: Place = "first" if "first" in said else "last"
    return [(way, place)] if said == {way, place} else []
