"""`x-source` read from a node: who says a fact, keyword by keyword."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contract_suite.contract.document import Node
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON
from contract_suite.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who says what stands on one object.

    `kind` speaks for the whole (`None` if it doesn't say), `keywords` for single members, `at` and `note` are for the
    reader.
    """

    kind: Source | None = None
    keywords: Mapping[str, Source] = field(default_factory=dict)
    at: str = ""
    note: str = ""

    def of(self, keyword: str, inherited: Source = Source.DOCUMENTED) -> Source:
        """Who says one member, given what the enclosing object says."""
        return self.keywords.get(keyword, self.kind or inherited)


_SILENT = Provenance()


def provenance(node: Node) -> Provenance:
    """Read `x-source` of an object; a malformed one is a located `DocumentError`."""
    if not isinstance(node.value, dict) or "x-source" not in node.value:
        return _SILENT
    raw = node.value["x-source"]
    if isinstance(raw, str):
        return Provenance(kind=_kind(raw, node))
    if not isinstance(raw, dict):
        raise DocumentError("x-source must be a kind or an object", node.location_of("x-source"))
    return Provenance(
        kind=_kind(raw["kind"], node) if "kind" in raw else None,
        keywords=dict(_keywords(raw, node)),
        at=str(raw.get("at") or ""),
        note=str(raw.get("note") or ""),
    )


def _keywords(raw: dict[str, JSON], node: Node) -> Iterator[tuple[str, Source]]:
    """Members with a kind of their own: each kind may be a key with the list of their names."""
    for key, names in raw.items():
        if key in {"kind", "at", "note"}:
            continue
        kind = _kind(key, node)
        if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
            raise DocumentError(f"{key!r} of x-source must be a list of keywords", node.location_of("x-source"))
        for name in names:
            yield str(name), kind


def _kind(raw: object, node: Node) -> Source:
    try:
        return Source(str(raw))
    except ValueError:
        allowed = ", ".join(Source)
        raise DocumentError(
            f"x-source knows no kind {raw!r}; there are {allowed}", node.location_of("x-source")
        ) from None
