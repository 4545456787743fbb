"""Says what a run finds out of the three families' documents without `x-contract` and `x-source`.

For each family: how many of the facts in its annotations inference says of the stripped document, and how many of the
planted faults a run of it reports (failures and advisories) beyond what it reports of the right mock, where nothing
should be reported.

    python benchmarks/stripped.py --sample 20
    python benchmarks/stripped.py pai --no-faults
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from contract_suite.contract.document import Library
from contract_suite.contract.family import families, load
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.embedded import running
from contract_suite.mock.faults.catalogue import faults
from contract_suite.mock.fields import pointer
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from contract_suite.runner.sending.clock import seconds_now

SPECS: Final = Path(__file__).parents[1] / "specs"
ANNOTATIONS: Final = ("x-contract", "x-source")


def without_annotations(value: Any) -> Any:  # noqa: ANN401 - parsed YAML
    """Return a document without its annotations."""
    if isinstance(value, dict):
        return {key: without_annotations(member) for key, member in value.items() if key not in ANNOTATIONS}
    return [without_annotations(item) for item in value] if isinstance(value, list) else value


def stripped(family: str) -> Contract:
    """Read a family's document without its annotations."""
    document = without_annotations(yaml.safe_load((SPECS / family / "openapi.yaml").read_text("utf-8")))
    return read_contract(Library().read(yaml.safe_dump(document).encode(), f"{family}.yaml"))


def facts(contract: Contract) -> set[tuple[str, ...]]:
    """Return what a contract says of behaviour, one tuple for each fact that can be compared."""
    found = {fact for operation in contract.operations for fact in _of_operation(operation)}
    for resource in contract.resources:
        roles = {each: getattr(resource, each) for each in ("create", "read", "update", "delete")}
        found |= {("role", name, role.operation) for name, role in roles.items() if role is not None}
        found |= {("list", each) for each in resource.lists}
        create = resource.create.operation if resource.create else ""
        found |= {("assigned", create, pointer(each.field)) for each in resource.assigned}
    if contract.errors is not None:
        found |= {("error", role, place) for role, place in contract.errors.fields.items()}
    return found


def _of_operation(operation: Operation) -> Iterator[tuple[str, ...]]:
    own, said = operation.id, operation.promises
    if said.collection is not None:
        yield own, "items", said.collection.items
        if said.collection.total:
            yield own, "total", said.collection.total
        if (page := said.collection.page) is not None:
            yield own, "page", page.number, page.offset, page.size, page.cursor
    if said.order is not None:
        yield own, "order", said.order.by, said.order.direction
        yield from ((own, "key", key, pointer(field)) for key, field in said.order.keys.items())
    yield from ((own, "filter", each.parameter, pointer(each.field)) for each in said.filters)
    yield from ((own, "echo", each.parameter, each.pointer) for each in said.echo)
    yield from ((own, "fresh", each.pointer) for each in said.fresh)
    if said.repeats_status is not None:
        yield own, "repeats", said.repeats_status.pointer


def reported(plain: Contract, annotated: Contract, pipeline: Pipeline | None = None) -> dict[str, str]:
    """Run a stripped document against the mock of the whole one; returns the clauses of its findings by their ids."""
    server = MockServer(annotated, seed=0, clock=seconds_now, pipeline=pipeline)
    with running(MockApp(server)) as origin, tempfile.TemporaryDirectory() as folder:
        url = f"{origin}{annotated.base_path}"
        options = RunOptions(url=url, report=Path(folder), fuzz_time=0.0, max_time=120.0)
        outcome = run(options, contracts=[plain], environ={"CONTRACT_SUITE_TOKEN": "sk-contract-suite-key"})
        return {each.id: f"{each.level.value} {each.clause}" for each in outcome.findings}


def main() -> None:
    """Read the command line, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", choices=[*families(), []], help="which families; all without")
    parser.add_argument("--sample", type=int, default=0, help="only so many faults of each family, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-faults", action="store_true", help="only compare the facts")
    asked = parser.parse_args()
    for name in asked.families or families():
        annotated, plain = load(name), stripped(name)
        said, inferred = facts(annotated), facts(with_guesses(plain))
        print(f"{name:<12} {len(said & inferred)} of {len(said)} annotated facts are inferred", flush=True)
        for fact in sorted(said - inferred):
            print(f"{name:<12} not inferred: {' '.join(fact)}", flush=True)
        if asked.no_faults:
            continue
        right = reported(plain, annotated)
        for finding in sorted(right.values()):
            print(f"{name:<12} right mock: {finding}", flush=True)
        planted = [each for each in faults(annotated) if not each.site.limits]
        if 0 < asked.sample < len(planted):
            planted = random.Random(asked.seed).sample(planted, asked.sample)  # noqa: S311 - a sample, no secret
        missed = [
            each.name
            for each in planted
            if reported(plain, annotated, each.site.plant(Pipeline())).keys() <= right.keys()
        ]
        print(f"{name:<12} {len(planted) - len(missed)} of {len(planted)} planted faults are reported", flush=True)
        for each in sorted(missed):
            print(f"{name:<12} missed: {each}", flush=True)


if __name__ == "__main__":
    main()
