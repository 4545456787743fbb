"""What sentences say of an order beyond its keys: how texts are compared, where nulls stand, and what decides between equals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.inference.kit.order_statements import order_statements
from contract_suite.inference.kit.told_collations import told_collations
from contract_suite.inference.kit.told_nulls import Way, told_nulls
from contract_suite.inference.kit.told_ties import told_ties
from contract_suite.inference.kit.witness import Witness
from contract_suite.model.json import JSON


def refinements(
    words: Mapping[str, JSON], contract: Contract, operation: Operation, fields: Sequence[tuple[str, SchemaView]]
) -> tuple[dict[str, JSON], tuple[Witness, ...]]:
    """Return what sentences add to the words of an order, and those sentences; `fields` are those of an item."""
    keys = words.get("keys")
    if not isinstance(keys, dict):
        return {}, ()
    named = {key: str(field) for key, field in keys.items()}
    parameters = tuple(operation.parameter(str(words[each])) for each in ("by", "direction") if each in words)
    said = [*order_statements(contract, operation, parameters)]
    nouns = [each for each in operation.path.split("/") if each and not each.startswith("{")]
    collations, by_case = told_collations(said, named, dict(fields), nouns)
    ways, alone = _directions(words, named)
    nulls, by_nulls = told_nulls(said, named, dict(fields), ways, alone)
    ties, by_ties = told_ties(said, named, dict(fields), ways, alone)
    added: dict[str, JSON] = {}
    if collations:
        added["collation"] = dict(collations)
    if nulls:
        added["nulls"] = {key: _in_short(places) for key, places in nulls.items()}
    if ties:
        added["ties"] = {key: _in_short(fields_by_way) for key, fields_by_way in ties.items()}
    witnesses = [
        Witness(text=f'the document says "{each}"', location=operation.location)
        for each in dict.fromkeys(
            [*(by_case if collations else ()), *(by_nulls if nulls else ()), *(by_ties if ties else ())]
        )
    ]
    return added, tuple(witnesses)


def _directions(
    words: Mapping[str, JSON], keys: Mapping[str, str]
) -> tuple[Mapping[str, Sequence[Way]], Mapping[str, Way | None]]:
    """The directions that each key has, and the one that is meant where a sentence names none, if that is clear."""
    both: tuple[Way, ...] = ("asc", "desc")
    default = words.get("default")
    by, falls = (default.get("by"), default.get("direction") == "desc") if isinstance(default, dict) else ("", False)
    in_key = "sign" in words or "suffix" in words
    first: Way = "desc" if falls else "asc"
    ways: tuple[Way, ...] = both if in_key or "direction" in words else (first,)
    others: Way | None = "asc" if in_key or not falls else None
    return dict.fromkeys(keys, ways), {key: first if key == by else others for key in keys}


def _in_short(places: Mapping[Way, str]) -> JSON:
    several = len(places) > 1 and len(set(places.values())) == 1
    return places["asc"] if several else {str(way): place for way, place in places.items()}
