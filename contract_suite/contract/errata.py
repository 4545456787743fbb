"""Errata: where a source document contradicts itself, leaves a gap or surprises, and what the contract decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, get_args

from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON
from contract_suite.model.location import Location
from contract_suite.model.source import Erratum, ErratumKind

KINDS: Final[tuple[ErratumKind, ...]] = get_args(ErratumKind)
_TEXTS: Final = ("title", "subject", "table", "example", "sdk", "decided", "why")


def read_errata(parsed: JSON, file: str) -> Iterator[Erratum]:
    """Read a parsed `errata.yaml`, a list or an object with the list under `errata`.

    Raises a located `DocumentError` for an entry without an id or of an unknown kind.
    """
    listed = parsed.get("errata") if isinstance(parsed, dict) else parsed
    for number, each in enumerate(listed if isinstance(listed, list) else []):
        location = Location(file=file, line=1, pointer=f"/{number}")
        if not isinstance(each, dict) or not isinstance(each.get("id"), str):
            raise DocumentError("an erratum needs an id", location)
        stated = each.get("kind", KINDS[0])
        kind = next((one for one in KINDS if one == stated), None)
        if kind is None:
            known = ", ".join(KINDS)
            raise DocumentError(
                f"the erratum {each['id']} is of no known kind: {stated!r}; there are {known}", location
            )
        texts = {key: str(each[key]) for key in _TEXTS if each.get(key) is not None}
        pointers = each.get("pointers")
        yield Erratum(
            id=str(each["id"]),
            kind=kind,
            pointers=tuple(str(pointer) for pointer in pointers) if isinstance(pointers, list) else (),
            **{"title": str(each["id"]), **texts},
        )


def errata_at(errata: Iterable[Erratum], pointer: str) -> tuple[Erratum, ...]:
    """Return the errata that speak of a place of the contract, given as a JSON Pointer with or without `#`.

    They are those that point at this very place; if there are none, those at the place that holds it; and if there are
    none either, those at something that it holds. Anything further away is another subject.
    """
    place = pointer.removeprefix("#")
    owner = place.rpartition("/")[0]
    here: list[Erratum] = []
    above: list[Erratum] = []
    below: list[Erratum] = []
    for erratum in errata:
        named = [each.removeprefix("#") for each in erratum.pointers]
        if place in named:
            here.append(erratum)
        elif owner and owner in named:
            above.append(erratum)
        elif place and any(each.rpartition("/")[0] == place for each in named):
            below.append(erratum)
    return tuple(here or above or below)
