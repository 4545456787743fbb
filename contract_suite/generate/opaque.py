"""Which values only the server can give, or only who knows its language: cursors, references, filters, sort keys.

Nobody outside can make one up and call it valid: a request that holds a made-up one may be refused by a right server. The
names are the field's usual ones, compared word by word and without case.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from contract_suite.contract.naming.idempotency_keys import is_header_key
from contract_suite.contract.naming.names import singulars, words
from contract_suite.contract.naming.said_by_server import says_server_sets
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.schemas.view import view
from contract_suite.generate.facts import Facts, facts_at, facts_of, parameter_at
from contract_suite.generate.likeness import ENVELOPES
from contract_suite.generate.resources.called_resources import calls
from contract_suite.generate.values import Variant
from contract_suite.model.json import JSON, escape, tokens
from contract_suite.model.memo import MOST_CONTRACTS, Memo

_HEADERS: Final = frozenset(
    {
        "if-match",
        "if-none-match",
        "if-range",
        "if-modified-since",
        "if-unmodified-since",
        "range",
    }
)
"""Header fields whose value is about a state that only the server knows (RFC 9110, 13 and 14)."""

_ENDS: Final = (
    ("cursor",),
    ("page", "token"),
    ("next", "token"),
    ("sync", "token"),
    ("continuation", "token"),
    ("continuation",),
    ("continue",),
    ("bookmark",),
    ("marker",),
    ("starting", "after"),
    ("ending", "before"),
    ("etag",),
    ("checksum",),
    ("digest",),
    ("signature",),
    ("md",),
    ("sha",),
)
"""How names of places in a list, of versions and of sums over a content end; digits at the end don't count."""

_AROUND: Final = frozenset({("after",), ("before",)})
"""Names of texts that say where a page begins or ends, where no format makes them a time."""

_IDS: Final = frozenset({"id", "ids", "uuid", "uuids", "guid", "guids", "ref", "refs"})
"""How names of references end."""

_POSITIONS: Final = frozenset({"page", "number", "offset", "skip", "start", "from", "index"})
"""Names of positions in a list: one beyond its end may be refused."""

_SIZES: Final = frozenset({"size", "limit", "page", "rows", "take", "top", "results", "count"})
"""Names of how many items a page holds: a huge number may be refused, though no maximum is documented."""

_LANGUAGES: Final = (
    *(("sort",), ("sorting",), ("sort", "by"), ("sortby",), ("order",), ("ordering",), ("order", "by"), ("orderby",)),
    *(("filter",), ("filters",), ("where",), ("expression",), ("selector",), ("jql",), ("cql",), ("rql",)),
    *(("fields",), ("select",), ("expand",), ("include",), ("includes",), ("embed",), ("mask",)),
)
"""How names of query parameters end whose texts have a language of their own: keys to sort by, filters, lists of fields."""

_SAYS_LANGUAGE: Final = re.compile(
    r"\b((regular |filter |cron |search |query )expression|selector|syntax|grammar|query language|lucene|r?sql|odata|json ?path|glob)s?\b",
    re.IGNORECASE,
)
"""What a description says of a text that is written in a language."""

_SEARCHES: Final = frozenset(
    {"q", "query", "search", "text", "keyword", "keywords", "term", "terms", "contains", "prefix", "like", "match"}
)
"""Words of parameters that take any text, as they look for it."""

_KEY_OF: Final = re.compile(
    r"\b(?:ids?|keys?|codes?|slugs?|handles?|identifiers?|uuids?|guids?)\s+of\s+"
    r"(?:(?:the|an?|its|all|each|every|any|one|existing|known|other|some|those)\s+)*(?P<thing>\w+)",
    re.IGNORECASE,
)
"""How a description says that a value names another thing."""

_ABOUT: Final = frozenset({"metadata", "meta"})
"""Members that say of a thing what it is called."""

_YES_OR_NO: Final = frozenset({"boolean", "null"})
"""The types of a parameter that has such a name and no language: `?expand=true`."""

_COMMON: Final = frozenset(
    (each,)
    for each in (
        *("name", "key", "code", "slug", "title", "type", "kind", "path", "file", "tag", "label"),
        *("version", "status", "state", "email", "date", "year", "value", "format", "lang", "language", "locale"),
    )
)
"""Words for what most things have of their own, though some are addressed by it."""


def is_opaque(contract: Contract, operation: Operation, subject: str) -> bool:
    """Whether the value at a subject (`query.cursor`, `body/items/*/product_id`) is one that only the server can give."""
    return _is_opaque(_Place(contract, operation), subject)


def without_opaque(contract: Contract, operation: Operation, body: JSON) -> JSON:
    """Return a body without the optional members, at any depth, whose values only the server could give."""
    media = operation.body.of_members if operation.body else None
    if media is None or media.schema is None:
        return body
    return _pruned(contract, operation, facts_of(view(media.schema)), body, "body", 0)


def places(value: JSON, subject: str) -> Iterator[str]:
    """Yield the subjects of an argument and of everything in it that is no `null`, with `*` for the items of lists."""
    if value is None:
        return
    yield subject
    for name, member in value.items() if isinstance(value, dict) else ():
        yield from places(member, f"{subject}/{escape(name)}")
    for item in value if isinstance(value, list) else ():
        yield from places(item, f"{subject}/*")


class _Place:
    """A contract and operation that are compared by identity, because values with mappings have no hash."""

    __slots__ = ("contract", "operation")

    def __init__(self, contract: Contract, operation: Operation) -> None:
        self.contract = contract
        self.operation = operation

    def __hash__(self) -> int:
        return hash((self.contract.name, self.contract.file, self.operation.id))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Place) and self.contract is other.contract and self.operation is other.operation


@lru_cache(maxsize=8192)
def _is_opaque(place: _Place, subject: str) -> bool:
    contract, operation = place.contract, place.operation
    parameter = parameter_at(operation, subject)
    steps = [each for each in tokens(subject[subject.find("/") :]) if each != "*"] if "/" in subject else []
    name = steps[-1] if steps else parameter.name if parameter is not None else ""
    if not steps and subject.startswith("header.") and _is_about_another(subject):
        return True
    parts = words(name)
    if not parts:
        return False
    facts = facts_at(operation, subject)
    if facts is not None and facts.choices:
        return False
    if _is_place_or_sum(parts, facts):
        return True
    if contract.sourced or (parameter is not None and parameter.where == "path"):
        return False  # the document says itself what addresses what
    if parameter is not None and is_language(operation, parameter):
        return True
    if _says_what_the_path_says(operation, steps) or (
        facts is not None
        and steps
        and (says_server_sets(facts.description) or _says_whose_key(operation, subject) & _others(place))
    ):
        return True
    if parts[-1] in _IDS or name in _names_elsewhere(place) or _is_list_of_listed(place, name, facts):
        return True
    scalar = facts is not None and bool(facts.types & {"string", "integer"}) and "object" not in facts.types
    if facts is None or not scalar:
        return False
    return facts.format == "uuid" or (len(parts) == 1 and parts[0] in _nouns(place.contract))


def _is_place_or_sum(parts: tuple[str, ...], facts: Facts | None) -> bool:
    """Whether a name is that of a place in a list, of a version, or of a sum over a content."""
    bare = parts[:-1] if len(parts) > 1 and parts[-1].isdigit() else parts
    if any(each[-len(end) :] == end for end in _ENDS for each in (parts, bare)):
        return True
    free = facts is not None and "string" in facts.types and not (facts.format or facts.patterns)
    return free and parts in _AROUND


def _is_about_another(subject: str) -> bool:
    """Whether a header field is about a state that only the server knows, or about another request: a condition, a key."""
    return subject.removeprefix("header.").lower() in _HEADERS or is_header_key(subject)


def _is_list_of_listed(place: _Place, name: str, facts: Facts | None) -> bool:
    """Whether a member holds texts and is called like a list of the API: the `labels` of an issue, beside `GET …/labels`."""
    if facts is None or facts.types - {"null"} != {"array"}:
        return False
    below = f"{place.operation.path}/"
    if all(path.startswith(below) for path in _lists(place.contract).get(name, ())):
        return False  # none, or only what stands below the operation's own path
    item = facts_of(facts.view.element(0))
    return item.types - {"null"} == {"string"} and not item.choices


def _says_whose_key(operation: Operation, subject: str) -> frozenset[str]:
    """What a description says that the value is a key of: `environment` in "Keys of the environments where it is on"."""
    whole = subject.removesuffix("/*")
    said = (
        found.description for each in {subject, whole} for found in [facts_at(operation, each)] if found is not None
    )
    return frozenset(noun for text in said for each in _KEY_OF.finditer(text) for noun in singulars(each["thing"]))


def _others(place: _Place) -> frozenset[str]:
    """The things that paths address, but for those that this operation itself makes or changes."""
    own = {noun for each in place.operation.path.split("/") if each and not names_in(each) for noun in singulars(each)}
    return _nouns(place.contract) - own


def _says_what_the_path_says(operation: Operation, steps: list[str]) -> bool:
    """Whether a member of the body, or of what holds the thing there, is called like a parameter of the path."""
    return all(map(holds_a_thing, steps[:-1])) and any(
        each.where == "path" and [each.name] == steps[-1:] for each in operation.parameters
    )


def holds_a_thing(name: str) -> bool:
    """Whether a member is called like what holds a thing, or what is said of it: `data`, `metadata`."""
    return name.lower() in ENVELOPES or name.lower() in _ABOUT


def is_language(operation: Operation, parameter: Parameter) -> bool:
    """Whether a query parameter takes texts in a language of its own, such as `-created,name`, none of which is listed."""
    parts = words(parameter.name)
    named = any(parts[-len(end) :] == end for end in _LANGUAGES)
    if parameter.where != "query" or not (named or _SAYS_LANGUAGE.search(parameter.description)):
        return False
    whole, items = (facts_at(operation, f"{parameter.subject}{place}") for place in ("", "/*"))
    if whole is not None and whole.types <= _YES_OR_NO:
        return False
    return items is None or not items.choices


def is_position(subject: str) -> bool:
    """Whether a query parameter, or a member of one, says by its name where in a list an answer begins."""
    parts = words(subject.partition(".")[2])
    return subject.startswith("query.") and bool(parts) and parts[-1] in _POSITIONS


def may_be_refused(contract: Contract, operation: Operation, subject: str, variant: Variant) -> bool:
    """Whether a right server may refuse a value that keeps its schema, as many do.

    A position may lie beyond the end of a list, a page be longer than the server gives, `?name=` say nothing, or that
    there is an empty text in a list, and a text be none of those that the server knows.
    """
    if may_have_choices(contract, operation, subject, variant.value):
        return True
    if variant.value in ("", []) and subject.startswith("query.") and not contract.sourced:
        return True
    if is_position(subject):  # a list may end before any but 0 and 1
        return variant.unsaid or (not contract.sourced and not (isinstance(variant.value, int) and variant.value <= 1))
    return _is_page_size(subject) and variant.unsaid and not contract.sourced


def may_have_choices(contract: Contract, operation: Operation, subject: str, value: JSON) -> bool:
    """Whether a right server may refuse a text of a query parameter, or a list of them, as only it knows which there are.

    No schema says anything of the text, the document does not show it for this operation alone, and it is not for a search.
    """
    parameter = parameter_at(operation, subject)
    if contract.sourced or parameter is None or parameter.where != "query":
        return False
    if value in [each.value for each in parameter.examples] and not _is_of_several(contract, operation, parameter):
        return False
    facts = facts_at(operation, subject)
    if facts is not None and facts.types - {"null"} == {"array"}:
        facts = facts_at(operation, f"{subject}/*")
    if facts is None or facts.choices or facts.format or facts.patterns:
        return False
    return facts.types - {"null"} == {"string"} and _SEARCHES.isdisjoint(words(parameter.name))


def _is_of_several(contract: Contract, operation: Operation, parameter: Parameter) -> bool:
    """Whether operations of other paths refer to the same parameter, so that its examples may be meant for one of them."""
    return any(
        each.location == parameter.location
        for other in contract.operations
        if other.path != operation.path
        for each in other.parameters
        if each.name == parameter.name
    )


def _is_page_size(subject: str) -> bool:
    """Whether a query parameter, or a member of one, says by its name how many items an answer may hold."""
    parts = words(subject.partition(".")[2])
    return subject.startswith("query.") and bool(parts) and parts[-1] in _SIZES


def _pruned(contract: Contract, operation: Operation, facts: Facts, value: JSON, subject: str, depth: int) -> JSON:  # noqa: PLR0917 - where in which schema
    if isinstance(value, list):
        element = facts_of(facts.view.element(0))
        return [_pruned(contract, operation, element, item, f"{subject}/*", depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    kept: dict[str, JSON] = {}
    for name, member in value.items():
        below = f"{subject}/{name.replace('~', '~0').replace('/', '~1')}"
        if name not in facts.required and is_opaque(contract, operation, below):
            continue
        inner = facts_of(facts.member(name)) if name in facts.properties else None
        kept[name] = _pruned(contract, operation, inner, member, below, depth + 1) if inner is not None else member
    return kept


@lru_cache(maxsize=1024)
def _names_elsewhere(place: _Place) -> frozenset[str]:
    """The names of path parameters that address what another place of the API makes: `isbn` of `/books/{isbn}`.

    At `/books`, and at what stands below it, an `isbn` may be the client's choice.
    """
    mine, found = place.operation.path, set[str]()
    for operation in place.contract.operations:
        segments = operation.path.split("/")
        for number, segment in enumerate(segments):
            while number and names_in(segments[number - 1]):  # `/{ip}/{name}` addresses one thing by two names
                number -= 1  # noqa: PLW2901 - the place where the names of one thing begin
            collection = "/".join(segments[:number])
            if number and mine != collection and not mine.startswith(f"{collection}/"):
                found |= set(names_in(segment))
    return frozenset(each for each in found if words(each)[-1:] not in _COMMON)


def _nouns_of(contract: Contract) -> frozenset[str]:
    called = (each.field.split("/")[-2] for each in calls(contract.operations, ()))
    return frozenset((*_of_paths(contract), *called))


def _lists_of(contract: Contract) -> dict[str, list[str]]:
    paths: dict[str, list[str]] = {}
    for each in contract.operations:
        if each.method == "GET":
            paths.setdefault(each.path.rstrip("/").rpartition("/")[2], []).append(each.path)
    return paths


_nouns: Final[Memo[Contract, frozenset[str]]] = Memo(_nouns_of, most=MOST_CONTRACTS)
"""The names of things that paths and calls address: `folder` and `folders` of `/folders/{id}` and `folders.create`."""
_lists: Final[Memo[Contract, dict[str, list[str]]]] = Memo(_lists_of, most=MOST_CONTRACTS)
"""The paths that are read, by how they end."""


def _of_paths(contract: Contract) -> Iterator[str]:
    for operation in contract.operations:
        segments = operation.path.split("/")
        for owner, item in itertools.pairwise(segments):
            parts = words(owner) if names_in(item) and not names_in(owner) else ()
            if len(parts) == 1:
                yield from singulars(parts[0])
