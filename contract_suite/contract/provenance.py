"""`x-source` read from a node: who says a fact, keyword by keyword."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contract_suite.contract.document import Node
from contract_suite.errors import DocumentError
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
    keywords = raw.get("keywords") or {}
    if not isinstance(keywords, dict):
        raise DocumentError("the keywords of x-source must be an object", node.location_of("x-source"))
    return Provenance(
        kind=_kind(raw["kind"], node) if "kind" in raw else None,
        keywords={
            name: _kind(kind.get("kind") if isinstance(kind, dict) else kind, node) for name, kind in keywords.items()
        },
        at=str(raw.get("at") or ""),
        note=str(raw.get("note") or ""),
    )


def _kind(raw: object, node: Node) -> Source:
    try:
        return Source(str(raw))
    except ValueError:
        allowed = ", ".join(Source)
        raise DocumentError(
            f"x-source knows no kind {raw!r}; there are {allowed}", node.location_of("x-source")
        ) from None
