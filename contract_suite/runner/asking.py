"""Asks a server about the guesses of one document, and nothing else: what `annotate --url` does."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from contract_suite.contract.operation import Contract
from contract_suite.inference.standing import Standing
from contract_suite.record.curl import curl
from contract_suite.record.redaction import Redactor
from contract_suite.record.writer import RecordWriter
from contract_suite.runner.family import FamilyRun
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import make_plan
from contract_suite.runner.sending.budget import Budget
from contract_suite.runner.sending.endpoint import open_endpoint


def ask_about(
    contract: Contract, options: RunOptions, environ: Mapping[str, str]
) -> tuple[tuple[Standing, ...], dict[str, str]]:
    """Return how each guess stands, and by the id of a fact a command that shows it.

    Sends what finds arguments that the server accepts, then the probes, then deletes what was made. Raises what a run
    raises.
    """
    plan = make_plan(contract, options, checks=(), behaviours=())
    endpoint = open_endpoint(contract, options, environ)
    budget = Budget(max_requests=options.max_requests, max_time=options.max_time)
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            RecordWriter(Path(folder) / "asked.ndjson", redactor=Redactor({})) as writer,
        ):
            family = FamilyRun(plan, endpoint, budget=budget, writer=writer, options=options)
            family.ask()
            standings = family.stages.inferred.standings
            operations = {each.id: each for each in contract.operations}
            curls: dict[str, str] = {}
            for each in standings:
                exchange = family.session.recent.exchange(each.exchanges[-1]) if each.exchanges else None
                if exchange is not None:
                    base = endpoint.transport.base_url
                    shown = endpoint.shown_as(operations.get(each.fact.operation))
                    curls[each.fact.id] = curl(exchange.request, base, shown)
            return standings, curls
    finally:
        endpoint.transport.close()
