"""How what doesn't exist is answered: 404, where the reads of things document it.

404 is documented for 40 % of the reads of one thing; another status for what is unknown is no rule of anybody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact

NAME: Final = "unknown-status"
_UNKNOWN: Final = 404


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield that what is unknown is answered 404, where a read of one thing documents it."""
    if reading.contract.errors is not None:
        return
    reads = [each.read for each in reading.kinds if each.read is not None]
    found = next((spec for read in reads for spec in read.responses if spec.status == str(_UNKNOWN)), None)
    if found is not None:
        said = (
            Witness(text="a read of one thing documents 404", location=found.location),
            Witness(text="RFC 9110 15.5.5: the server found no such resource", location=found.location),
        )
        yield InferredFact(
            rule=NAME, operation="", path=("errors", "status"), words={"unknown": _UNKNOWN}, witnesses=said
        )


RULE: Final = InferenceRule(name=NAME, title="What doesn't exist is answered 404.", infer=infer)
