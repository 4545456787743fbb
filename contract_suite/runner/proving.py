"""Proves the suite on itself: every fault is planted in the mock, and must be found by a clause of its own and by no unrelated one.

The rule that must not be broken: a proof is an ordinary run of all checks and behaviours. Nothing in it knows which
fault is planted.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from contract_suite.checks import in_time
from contract_suite.checks.catalogue import CHECKS
from contract_suite.contract.family import load
from contract_suite.contract.operation import Contract
from contract_suite.errors import ContractSuiteError
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.faults.catalogue import faults
from contract_suite.mock.faults.fault import Fault, FaultSite
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.model.finding import Finding
from contract_suite.model.source import Level
from contract_suite.record.writer import RecordWriter
from contract_suite.runner.family import FamilyRun
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import make_plan
from contract_suite.runner.sending.budget import Budget
from contract_suite.runner.sending.endpoint import open_endpoint
from contract_suite.transport.asgi import AsgiTransport

PROCESSES: Final = 2
_LONGEST: Final = 600.0
"""Seconds. A few are enough; a busy machine needs more, and a run that ends early misses what it did not come to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What came of one planted fault: the clauses of its own that found it, and the unrelated ones that failed too.

    `flaky` says that a replay of what was found did not fail again; `trouble` why the run could not be finished.
    """

    fault: str
    theme: str
    sentence: str
    expected: tuple[str, ...]
    found_by: tuple[str, ...] = ()
    unrelated: tuple[str, ...] = ()
    level: str = ""
    flaky: bool = False
    requests: int = 0
    seconds: float = 0.0
    trouble: str = ""

    @property
    def proved(self) -> bool:
        """Whether the fault was found, and nothing else."""
        return bool(self.found_by) and not self.unrelated and not self.trouble


def prove(contract: Contract, fault: Fault, *, seed: int = 0) -> Proof:
    """Plant one fault, run everything against it, and compare what was found with what should be."""
    began = time.perf_counter()
    found, requests, trouble = find(contract, fault.site, seed=seed)
    return proof_of(fault, found, requests=requests, trouble=trouble, seconds=time.perf_counter() - began)


def proof_of(
    fault: Fault, found: Iterable[Finding], *, requests: int = 0, trouble: str = "", seconds: float = 0.0
) -> Proof:
    """Compare what was found with what the fault's own clauses are."""
    site = fault.site
    findings = [replace(each, clause=clause) for each in found for clause in each.clauses]
    own = tuple(each for each in findings if _matches(each, site.clauses))
    unrelated = tuple(each for each in findings if not _matches(each, (*site.clauses, *site.also)))
    return Proof(
        fault=fault.name,
        theme=fault.kind.theme,
        sentence=fault.sentence,
        expected=site.clauses,
        found_by=tuple(dict.fromkeys(each.clause for each in own)),
        unrelated=tuple(dict.fromkeys(each.clause for each in unrelated)),
        level=min((each.level.value for each in own), default="", key=lambda level: level != Level.FAILURE),
        flaky=any(each.flaky for each in own),
        requests=requests,
        seconds=seconds,
        trouble=trouble,
    )


def find(contract: Contract, site: FaultSite | None, *, seed: int = 0) -> tuple[tuple[Finding, ...], int, str]:
    """Run everything against the mock, with a fault planted if `site` is given: findings, number of requests, and what ended the run early."""
    limits, patience = (site.limits, site.patience) if site else (False, 0.0)
    options = RunOptions(
        seed=seed,
        fuzz_time=site.fuzz if site else 0.0,
        include=site.include if site else (),
        check_rate_limits=limits,
        max_time=_LONGEST,
    )
    checks = tuple(in_time.check(patience) if each.name == in_time.NAME and patience else each for each in CHECKS)
    plan = make_plan(contract, options, checks=checks)
    server = MockServer(
        plan.contract, seed=seed, enforce_limits=limits, pipeline=site.plant(Pipeline()) if site else None
    )
    endpoint = open_endpoint(contract, options, {})
    endpoint.transport.close()
    endpoint = replace(
        endpoint, transport=AsgiTransport(MockApp(server), base_path=contract.base_path, timeout=options.timeout)
    )
    with (
        tempfile.TemporaryDirectory(prefix="contract-suite-") as folder,
        RecordWriter(Path(folder) / "run.ndjson") as writer,
    ):
        budget = Budget(max_time=options.max_time)
        family = FamilyRun(
            plan,
            endpoint,
            budget=budget,
            writer=writer,
            options=options,
        )
        trouble = ""
        try:
            family.go()
        except ContractSuiteError as error:
            trouble = str(error)
        finally:
            endpoint.transport.close()
        family.finish(trouble)
        return family.findings, family.sender.exchanges, trouble


def prove_all(chosen: Sequence[tuple[str, str]], *, seed: int = 0, processes: int = PROCESSES) -> Iterator[Proof]:
    """Prove faults given as pairs of contract and fault name, several at a time; proofs come as they are ready."""
    if processes <= 1 or len(chosen) == 1:
        for contract, fault in chosen:
            yield _prove_named(contract, fault, seed)
        return
    with ProcessPoolExecutor(
        max_workers=processes, mp_context=get_context("spawn"), initializer=_end_with, initargs=(os.getpid(),)
    ) as pool:
        waiting = [pool.submit(_prove_named, contract, fault, seed) for contract, fault in chosen]
        for ready in as_completed(waiting):
            yield ready.result()


def _end_with(parent: int) -> None:
    """Let a worker end when its parent is gone: killed, a parent can't call its workers off."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _matches(finding: Finding, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(finding.clause, pattern) for pattern in patterns)


def _prove_named(contract: str, fault: str, seed: int) -> Proof:
    loaded = _loaded(contract)
    return prove(loaded, next(each for each in faults(loaded) if each.name == fault), seed=seed)


@lru_cache(maxsize=8)
def _loaded(name: str) -> Contract:
    return load(name)
