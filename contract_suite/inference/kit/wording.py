"""What a guess says, in one sentence for a reader who knows neither the rule nor the vocabulary."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.trees.places import item_field_of
from contract_suite.model.json import JSON

_RESOURCES: Final = "resources"
_MATCHES: Final = {"contains": "contains", "begins": "begins with", "differs": "differs from", "mentions": "contains"}
_CLAIMS: Final = {
    "more": "whether more follows the page",
    "last": "whether the page is the last one",
    "pages": "how many pages there are",
}
_VERBS: Final = {"create": "makes", "read": "shows", "update": "changes", "delete": "removes"}


def guess_in_words(path: tuple[str, ...], words: JSON) -> str:
    """Return what the words of `x-contract` at this place claim: `PageSize and PageNumber choose the page`."""
    match path:
        case ("collection", *part):
            return _of_lists("/".join(part), words)
        case ("order",):
            default = words.get("default") if isinstance(words, dict) else None
            by = _member(words, "by")
            return (
                f"{by} chooses the field that the list is sorted by"
                if by
                else f"the list is sorted by {_member(default, 'by')}"
            )
        case ("filters" | "bounds", name):
            return f"{name} keeps the items whose {_fields(words)} {_relation(path[0], words)} it"
        case ("echo", name):
            return f"{name} is returned at {words}"
        case ("idempotency",):
            return f"{_member(words, 'key')} makes a repeated request do nothing more"
        case ("fresh",):
            return "the id of the request is new in each answer"
        case ("bind",):
            named = words.items() if isinstance(words, dict) else ()
            return " and ".join(f"{name} stands for {field}" for name, field in named)
        case ("errors", "fields"):
            return f"refusals show {_listed(words)}"
        case ("errors", "status"):
            return "what doesn't exist is answered 404"
        case _:
            return _of_things(path, words)


def _fields(words: JSON) -> str:
    several = words.get("fields") if isinstance(words, dict) else None
    return " or ".join(str(each) for each in several) if isinstance(several, list) else _member(words, "field")


def _relation(what: str, words: JSON) -> str:
    if what == "filters":
        return _MATCHES.get(_member(words, "match"), "equals")
    return "is not below" if _member(words, "lower") else "is not above"


def _of_lists(part: str, words: JSON) -> str:
    if part == "total":
        return f"{words} counts the items of all pages"
    if part in _CLAIMS:
        return f"{words} says {_CLAIMS[part]}"
    if not part:
        items = _member(words, "items")
        return f"the items are {f'at {items}' if items else 'the whole body'}"
    following, cursor = _member(words, "next"), _member(words, "cursor")
    if item_field_of(following):
        return f"{cursor} takes the {item_field_of(following)} of the item before the page"
    if following:
        return f"{cursor} takes what {following} names as the next page" if cursor else f"{following} is the next page"
    size, where = _member(words, "size", "limit"), _member(words, "number", "offset")
    return f"{size} and {where} choose the page"


def _of_things(path: tuple[str, ...], words: JSON) -> str:
    if path[:1] != (_RESOURCES,) or len(path) == 1:
        return f"{'/'.join(path)} is {words}"
    kind, *role = path[1:]
    if not role:
        identity = words.get("identity") if isinstance(words, dict) else ()
        named = " and ".join(str(each) for each in identity) if isinstance(identity, list) else ""
        return f"each {kind} is known by its {named}"
    if role[0] == "assigned":
        return f"the server sets {role[-1]} of each {kind}"
    if role[0] in _VERBS:
        return f"{_member(words, 'operation')} {_VERBS[role[0]]} a {kind}"
    if role[0] == "states":
        return f"{_member(words, 'field')} is the state of each {kind}, which actions change"
    if role[0] == "flags":
        return f"{_member(words, 'set')} sets {role[-1]} of a {kind}, and {_member(words, 'unset')} takes it back"
    if role[0] == "unique":
        fields = (
            [field for each in words if isinstance(each, dict) and isinstance(field := each.get("fields"), list)]
            if isinstance(words, list)
            else []
        )
        return f"no two {kind} resources have the same {' or the same '.join(str(name) for each in fields for name in each)}"
    listed = ", ".join(str(each) for each in words) if isinstance(words, list) else ""
    return f"{listed} shows each {kind}" if role[0] == "lists" else f"each {kind} owns {listed}"


def _member(words: JSON, *names: str) -> str:
    found = (words.get(name) for name in names) if isinstance(words, dict) else iter(())
    return next((each for each in found if isinstance(each, str)), "")


def _listed(words: JSON) -> str:
    return ", ".join(str(each) for each in words.values()) if isinstance(words, dict) else ""
