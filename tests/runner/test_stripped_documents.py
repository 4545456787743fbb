"""Our own documents without a word of annotation must accuse their own right servers of nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.server import MockServer
from contract_suite.model.source import Level
from contract_suite.record.reader import read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from contract_suite.runner.sending.clock import seconds_now
from tests.contracts import load

SPECS = Path(__file__).parents[2] / "specs"
ANNOTATIONS = ("x-contract", "x-source")
Message = dict[str, Any]


def stripped(value: Any) -> Any:
    """Return a document without its annotations."""
    if isinstance(value, dict):
        return {key: stripped(member) for key, member in value.items() if key not in ANNOTATIONS}
    return [stripped(item) for item in value] if isinstance(value, list) else value


class Mounted:
    """The mock that is being judged, where `--app` finds it."""

    app: MockApp
    base_path: str


async def app(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    """Answer as the mock of the annotated document, below its base path."""
    path = Mounted.base_path + scope["path"]
    await Mounted.app({**scope, "path": path, "raw_path": path.encode()}, receive, send)


@pytest.mark.parametrize(
    "family",
    [pytest.param("modelarts", marks=pytest.mark.slow), "opensearch", pytest.param("pai", marks=pytest.mark.slow)],
)
def test_a_right_server_of_a_plain_document_is_accused_of_nothing(family: str, tmp_path: Path) -> None:
    """PAI's made 69 failures of a right server: names that were taken, above all."""
    annotated = load(family)
    Mounted.app = MockApp(MockServer(annotated, seed=0, clock=seconds_now))
    Mounted.base_path = annotated.base_path
    document = yaml.safe_load((SPECS / family / "openapi.yaml").read_text("utf-8"))
    plain = read_contract(Library().read(yaml.safe_dump(stripped(document)).encode(), f"{family}.yaml"))
    assert not plain.annotated
    options = RunOptions(app=f"{__name__}:app", fuzz_time=0, report=tmp_path, allow_writes=True)
    record = read_run(run(options, contracts=[plain], environ={}).record)
    assert [(each.clause, each.message) for each in record.findings if each.level is Level.FAILURE] == []
    assert len(record.findings) <= 5
    served = {clause.clause.partition("::")[0] for clause in record.conformance if clause.passed}
    assert len(served) * 2 > len(plain.operations), "a run that is refused everywhere finds nothing either"
