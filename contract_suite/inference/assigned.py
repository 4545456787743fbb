"""Fields that the server sets: those that say so (`readOnly`), and when something was made or last changed.

Of names like `created_at` and `updated_at` in schemas used both ways, 96 % are `readOnly` where the author says it at
all, 99 % outside the four largest providers. Names, states, types and versions are not: 3 % to 55 %, so that they count
only where the author says it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.inference.kit.bodies import is_scalar
from contract_suite.inference.kit.kinds import Kind
from contract_suite.inference.kit.names import CREATED, MODIFIED
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON

NAME: Final = "assigned"


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield a fact for each field that the server sets."""
    if reading.contract.resources:
        return
    for kind in reading.kinds:
        place = kind.representation
        if place is None or kind.create is None:
            continue
        sent = kind.sent(kind.create)
        for name in place.property_names():
            found = _of_field(kind, name, place.member(name), sent)
            if found is not None:
                words, witnesses = found
                yield InferredFact(
                    rule=NAME,
                    operation="",
                    path=("resources", kind.name, "assigned", name),
                    words=words,
                    witnesses=witnesses,
                )


def _of_field(
    kind: Kind, name: str, place: SchemaView, sent: SchemaView | None
) -> tuple[dict[str, JSON], tuple[Witness, ...]] | None:
    location = kind.witnesses[0].location
    plain = plain_name(name)
    time = "created" if plain in CREATED else "modified" if plain in MODIFIED else ""
    read_only = place.keyword("readOnly") is True
    takes = sent is not None and name in sent.property_names() and sent.member(name).keyword("readOnly") is not True
    if takes or not is_scalar(place):
        return None
    said = []
    if read_only:
        said.append(Witness(text=f"{name} is readOnly", location=location))
    if time and place.keyword("format") in {None, "date-time"}:
        said.append(Witness(text=f"{name} is named after when one was {time}", location=location))
    elif name in kind.identity:
        said.append(Witness(text=f"{name} is the identity, and no create takes it", location=location))
    if sent is not None and not takes and said:
        said.append(Witness(text=f"no create takes {name}", location=location))
    if not said or not (time or read_only or name in kind.identity):
        return None
    return ({"time": time} if time else {}), tuple(said)


RULE: Final = InferenceRule(name=NAME, title="The server sets ids and times, and no client.", infer=infer)
