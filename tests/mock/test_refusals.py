"""What the mock refuses with: a status that the operation documents, whatever the document says of errors in general."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.contract.family import families, load
from contract_suite.mock.refusals import Envelopes
from contract_suite.mock.refused import Kind, Refused

BEHAVIOURS = Path(__file__).resolve().parents[1] / "behaviours"
DOCUMENTS = [*families(), *(str(each) for each in sorted(BEHAVIOURS.glob("*.yaml")))]
KINDS: tuple[Kind, ...] = ("invalid", "unknown", "duplicate", "too_large")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: Path(each).stem)
def test_no_operation_refuses_with_a_status_that_it_does_not_document_where_it_documents_one(document: str) -> None:
    """A mock whose list documents 200 and 404 refused an invalid path with the document's general 422, and was accused."""
    contract = load(document)
    envelopes = Envelopes(contract)
    for operation in contract.operations:
        documented = {int(each.status) for each in operation.responses if each.status.isdecimal()}
        refusals = {each for each in documented if 400 <= each < 500 and each not in {401, 403, 405, 407, 429}}
        for kind in KINDS:
            status = envelopes.status(operation, Refused(kind, "no"))
            assert status in documented or not refusals, (operation.id, kind, status)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: Path(each).stem)
def test_methods_and_paths_that_are_none_keep_the_status_of_the_standard(document: str) -> None:
    contract = load(document)
    envelopes = Envelopes(contract)
    for operation in contract.operations:
        wanted = contract.errors.status.get("method", 405) if contract.errors and contract.annotated else None
        if wanted is not None:
            assert envelopes.status(operation, Refused("method", "no")) in {wanted, 405}
