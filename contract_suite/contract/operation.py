"""What a contract is made of: operations with their parameters, bodies and responses, resources, security."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from contract_suite.contract.document import Node
from contract_suite.contract.errata import errata_at
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.vocabulary import Errors, Promises, Refusal, Resource
from contract_suite.model.exchange import status_class
from contract_suite.model.json import JSON, escape
from contract_suite.model.location import Location
from contract_suite.model.memo import MOST_CONTRACTS, Memo
from contract_suite.model.source import Erratum, Source

Where = Literal["path", "query", "header", "cookie"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A named example value of a parameter, a body or a response."""

    name: str
    value: JSON
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter. `subject` is `query.PageSize`, the key it has in arguments and clauses.

    `members` are those of a `deepObject`, each as if it were a parameter of its own: `page[size]` of `page`, whose subject
    is `query.page/size`.
    """

    name: str
    where: Where
    required: bool
    schema: Schema
    location: Location
    description: str = ""
    style: str = "form"
    explode: bool = True
    allow_reserved: bool = False
    media_type: str = ""
    examples: tuple[Example, ...] = ()
    source: Source = Source.DOCUMENTED
    required_source: Source = Source.DOCUMENTED
    quote: str = ""
    refusal: Refusal | None = None
    members: tuple[Parameter, ...] = ()
    owner: str = ""

    @property
    def own_name(self) -> str:
        """The name without that of the parameter that it is a member of: `size` of `page[size]`."""
        return self.name[len(self.owner) + 1 : -1] if self.owner else self.name

    @property
    def shares_default(self) -> bool:
        """Whether its default is that of a schema which others refer to as well, and may be meant for them."""
        raw = self.schema.node.value
        return self.default is not None and isinstance(raw, dict) and "$ref" in raw and "default" not in raw

    @property
    def subject(self) -> str:
        """`where.name`; of a member `where.name/member`."""
        return f"{self.where}.{self.owner}/{escape(self.own_name)}" if self.owner else f"{self.where}.{self.name}"

    @property
    def default(self) -> JSON:
        """The documented default, or `None`."""
        raw = self.schema.root
        return raw.get("default") if isinstance(raw, dict) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """What a document says of how one field of a form is sent (`encoding`); `style` is empty where it says none."""

    name: str
    content_type: str = ""
    style: str = ""
    explode: bool = True
    allow_reserved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """What a body of one content type looks like; `fields` are those of a form whose `encoding` is stated."""

    name: str
    schema: Schema | None
    examples: tuple[Example, ...] = ()
    fields: tuple[FormField, ...] = ()


_HTML_FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class _InForms:
    """What is written in one of several content types."""

    __slots__ = ()
    media_types: tuple[MediaType, ...]

    @property
    def json(self) -> MediaType | None:
        """The JSON form, if there is one, else one of a range of types (`*/*`, as springdoc writes) that has a structure."""
        named = next((media for media in self.media_types if is_json(media.name)), None)
        return named or next((media for media in self.media_types if may_be_json(media)), None)

    @property
    def usual(self) -> MediaType | None:
        """The form that is sent where nothing else is asked for: JSON, else the first one."""
        return self.json or next(iter(self.media_types), None)

    @property
    def of_members(self) -> MediaType | None:
        """The form whose values are objects of named members: JSON, else the fields of an HTML form."""
        return self.json or next((media for media in self.media_types if essence(media.name) in _HTML_FORMS), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body(_InForms):
    """A request body."""

    required: bool
    media_types: tuple[MediaType, ...]
    location: Location
    required_source: Source = Source.DOCUMENTED


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderSpec:
    """A documented response header; `media_type` is what its value is written as where `content` says so, else empty."""

    name: str
    required: bool
    schema: Schema | None
    location: Location
    source: Source = Source.DOCUMENTED
    description: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseSpec(_InForms):
    """One documented response: `status` is `200`, `4XX` or `default`."""

    status: str
    description: str
    media_types: tuple[MediaType, ...]
    location: Location
    headers: tuple[HeaderSpec, ...] = ()
    source: Source = Source.DOCUMENTED
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthFlow:
    """One way to a token of OAuth 2: `kind` as OpenAPI writes it (`clientCredentials`), and where tokens are given out."""

    kind: str
    token_url: str = ""
    refresh_url: str = ""
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityScheme:
    """How a credential travels: `http` with `scheme` bearer or basic, or `apiKey` named `name` in `where`."""

    id: str
    type: str
    scheme: str = ""
    name: str = ""
    where: str = "header"
    flows: tuple[OAuthFlow, ...] = ()
    source: Source = Source.DOCUMENTED


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenPart:
    """A part of an operation that can't be read: `subject` as clauses name it (`query.limit`, `body`, `200`).

    `needed` says that a request may need it, so that no request is surely right or wrong.
    """

    subject: str
    message: str
    location: Location
    needed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path.

    `path` is the template without the `ending` (`.json`) that some documents write behind each: what a path leads to is
    known by the rest. `security` are the alternatives, each the schemes it needs together; an empty alternative means that
    nobody needs a key. `problem` is why the operation can't be used, if it can't; `broken` are parts that it has to do without.
    """

    id: str
    method: str
    path: str
    location: Location
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: tuple[ResponseSpec, ...] = ()
    security: tuple[tuple[SecurityScheme, ...], ...] = ()
    promises: Promises = field(default_factory=Promises)
    source: Source = Source.DOCUMENTED
    security_source: Source = Source.DOCUMENTED
    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    problem: str = ""
    node: Node | None = None
    broken: tuple[BrokenPart, ...] = ()
    ending: str = ""

    @property
    def written_path(self) -> str:
        """The path as the document writes it and requests name it."""
        return self.path + self.ending

    def response(self, status: int) -> ResponseSpec | None:
        """The documented response for an HTTP status: the exact one, its range (`4XX`), or `default`."""
        by_status = {spec.status: spec for spec in self.responses}
        return by_status.get(str(status)) or by_status.get(status_class(status)) or by_status.get("default")

    def documents(self, status: int) -> bool:
        """Whether the document lists exactly this status, and not only its range or `default`."""
        return any(spec.status == str(status) for spec in self.responses)

    def parameter(self, name: str) -> Parameter | None:
        """The parameter, or member of one, with this name or subject."""
        return _parameters_by_name(self).get(name)

    @property
    def all_parameters(self) -> Iterator[Parameter]:
        """The parameters, and after them their members."""
        yield from self.parameters
        for each in self.parameters:
            yield from each.members

    @property
    def safe(self) -> bool:
        """Whether the method promises to change nothing (RFC 9110, and OpenAPI 3.2 for QUERY)."""
        return self.method in {"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"}

    @property
    def provable(self) -> bool:
        """Whether the document says enough to tell a right request from a wrong one."""
        return not any(part.needed for part in self.broken)

    @property
    def needs_key(self) -> bool:
        """Whether no alternative is without a credential."""
        return bool(self.security) and all(self.security)


def _by_name(operation: Operation) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for each in operation.all_parameters:
        found.setdefault(each.name, each)
        found.setdefault(each.subject, each)
    return found


_parameters_by_name: Final = Memo(_by_name)


KEY_VARIABLE: Final = "CONTRACT_SUITE_TOKEN"
"""The environment variable that holds the key of a document which is no family's; a family names its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One document, read.

    `annotated` says that the document has `x-contract`, `sourced` that it says also of its operations and schemas where
    they come from (`x-source`), so that what it does not say counts too; `guessed` that what names and shapes imply
    was added to it.
    `values` are declared values of parameters by name, `token_env` the environment variable of the key (empty where no
    key is needed).
    """

    name: str
    title: str
    version: str
    file: str
    openapi: str
    operations: tuple[Operation, ...]
    servers: tuple[str, ...] = ()
    security_schemes: tuple[SecurityScheme, ...] = ()
    resources: tuple[Resource, ...] = ()
    errors: Errors | None = None
    annotated: bool = False
    sourced: bool = False
    guessed: bool = False
    values: Mapping[str, JSON] = field(default_factory=dict)
    token_env: str = KEY_VARIABLE
    errata: tuple[Erratum, ...] = ()
    seed: JSON = None
    root: Node | None = None

    def operation(self, operation_id: str) -> Operation:
        """Return the operation with this id; `KeyError` if there is none."""
        return self.by_id[operation_id]

    @property
    def by_id(self) -> Mapping[str, Operation]:
        """The operations by their ids."""
        return _BY_ID(self.operations)

    def errata_at(self, pointer: str) -> tuple[Erratum, ...]:
        """Return the errata that speak of a place of the document (a JSON Pointer): of itself, or of one next to it."""
        return errata_at(self.errata, pointer)

    @property
    def base_path(self) -> str:
        """The path of the first server, without a trailing slash (`/api`, or empty)."""
        url = self.servers[0] if self.servers else ""
        _, scheme, rest = url.partition("://")
        path = "/" + rest.partition("/")[2] if scheme and "/" in rest else ("" if scheme else url)
        return path.rstrip("/")


def _index(operations: tuple[Operation, ...]) -> dict[str, Operation]:
    return {operation.id: operation for operation in reversed(operations)}  # of two with one id, the first one counts


_BY_ID: Final[Memo[tuple[Operation, ...], dict[str, Operation]]] = Memo(_index, most=MOST_CONTRACTS)


@lru_cache(maxsize=1024)
def essence(media_type: str) -> str:
    """Return a content type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def is_stream(media_type: str) -> bool:
    """Whether an answer of a content type may go on for ever, one event or record after the other."""
    return essence(media_type) in _STREAMS


def is_xml(media_type: str) -> bool:
    """Whether a content type is XML (RFC 7303)."""
    kind = essence(media_type)
    return kind in {"application/xml", "text/xml"} or kind.endswith("+xml")


def is_json(media_type: str) -> bool:
    """Whether a content type is JSON (RFC 6838: `application/json` or a `+json` suffix)."""
    kind = essence(media_type)
    return kind == "application/json" or kind.endswith("+json")


def may_be_json(media: MediaType) -> bool:
    """Whether a documented form is JSON, or may be: of a range of types, with a schema of more than a text."""
    if is_json(media.name) or essence(media.name) not in _RANGES:
        return is_json(media.name)
    root = media.schema.root if media.schema is not None else None
    if not isinstance(root, dict):
        return False
    types = root.get("type")
    named = types if isinstance(types, list) else [types]
    return bool(_STRUCTURES & root.keys()) or "object" in named or "array" in named


_RANGES: Final = frozenset({"*/*", "application/*"})
_STRUCTURES: Final = frozenset({"properties", "items", "allOf", "oneOf", "anyOf"})
_STREAMS: Final = frozenset(
    {"text/event-stream", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}
    | {"application/json-seq", "application/stream+json", "multipart/x-mixed-replace", "application/x-json-stream"}
)
