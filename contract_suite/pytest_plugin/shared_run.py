"""The one run behind all clauses of a pytest session, and what it says of each of them.

The rule that must not be broken: one session makes one run and one record, however many items, contracts and workers
there are. It begins with the first clause that is about to run, so that deselecting, collecting only and stopping early
cost nothing; under pytest-xdist the first worker makes it and the others wait for its record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import pytest

from contract_suite.errors import ContractSuiteError, DocumentError, ExitCode
from contract_suite.model.clause import Clause
from contract_suite.model.gate import kind_of
from contract_suite.model.verdict import Outcome
from contract_suite.pytest_plugin.options import Options, read_options
from contract_suite.pytest_plugin.session_folder import SessionFolder

if TYPE_CHECKING:
    from contract_suite.contract.operation import Contract
    from contract_suite.model.finding import Finding
    from contract_suite.model.run import ClauseResult
    from contract_suite.record.reader import Run
    from contract_suite.report.progress import LiveProgress

_OUTCOME: Final = "outcome.json"
_DECIDED: Final = frozenset({Outcome.PASSED, Outcome.FAILED, Outcome.INAPPLICABLE})

Said = Literal["passed", "failed", "known", "advisory", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an item is about: a contract's name, and the clause."""

    contract: str
    clause: Clause

    @property
    def key(self) -> tuple[str, str]:
        """The contract's name and the clause's id."""
        return self.contract, self.clause.id


ABOUT: Final = pytest.StashKey[About]()
"""Tells the items of clauses from all others."""


class Broken(Exception):  # noqa: N818 - not an error of ours, but what an item fails with
    """A clause is broken: one line, and the whole block."""

    def __init__(self, summary: str, text: str) -> None:
        """Keep both."""
        super().__init__(summary)
        self.summary = summary
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one clause, in pytest's words; `findings` are fingerprints."""

    outcome: Said
    summary: str = ""
    text: str = ""
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)  # no slots: a cached property needs room
class Ended:
    """How the run ended: its record with what the gate says of it, or why there is none.

    `whole` says that no clause was deselected.
    """

    run: Run | None
    whole: bool
    trouble: str = ""

    @cached_property
    def results(self) -> Mapping[tuple[str, str], ClauseResult]:
        """What became of each clause, by contract and id."""
        return {(each.family, each.clause): each for each in self.run.conformance} if self.run else {}

    @cached_property
    def findings(self) -> Mapping[tuple[str, str], list[Finding]]:
        """The findings of each clause."""
        found: dict[tuple[str, str], list[Finding]] = {}
        for each in self.run.findings if self.run else ():
            for clause in each.clauses:
                found.setdefault((each.family, clause), []).append(each)
        return found

    @property
    def could_not_run(self) -> str:
        """Why the endpoint could not be tested, if it could not."""
        footer = self.run.footer if self.run else None
        return self.trouble or (
            footer.reason if footer is not None and footer.exit_code == ExitCode.COULD_NOT_RUN else ""
        )

    @property
    def gate(self) -> str:
        """Why the session must not be green whatever its items say; empty if it may be.

        A part of a run is never too little: all that counts there is that it could be made.
        """
        said = self.run.gate if self.run else None
        if self.could_not_run or said is None:
            return self.could_not_run or "the run left no record"
        return said.reason if self.whole and not said.passed else ""


SHARED: Final = pytest.StashKey["SharedRun"]()


def shared_run(config: pytest.Config) -> SharedRun:
    """The session's run, not begun before its first clause."""
    shared = config.stash.get(SHARED, None)
    if shared is None:
        shared = config.stash[SHARED] = SharedRun(config, read_options(config))
    return shared


class SharedRun:
    """The contracts of a session and their run."""

    def __init__(self, config: pytest.Config, options: Options) -> None:
        """Nothing is read or sent yet."""
        self.config = config
        self.options = options
        self.contracts: dict[str, Contract] = {}
        self.clauses: dict[str, tuple[Clause, ...]] = {}
        self._ended: Ended | None = None
        self._error: Exception | None = None
        self.folder = SessionFolder(config, options.run.report)
        self._carrier = ""

    def add(self, asked_for: str) -> tuple[str, tuple[Clause, ...]]:
        """Read a contract, by family name or path; returns its name and its clauses."""
        from contract_suite.runner.plan import make_plan
        from contract_suite.runner.run import load_contracts

        options = self.options.run_options(self.folder.path)
        (contract,) = load_contracts(replace(options.without("values"), contracts=(asked_for,)))
        known = self.contracts.get(contract.name)
        if known is not None and known.file != contract.file:
            contract = replace(contract, name=contract.file)
        if contract.name not in self.contracts:
            self.contracts[contract.name] = contract
            self.clauses[contract.name] = make_plan(contract, options.without("include", "exclude")).clauses
        return contract.name, self.clauses[contract.name]

    def check_options(self, names: Sequence[str]) -> None:
        """Raise `UsageError` where the options can't be meant: they would fail whatever the endpoint answers."""
        from contract_suite.runner.choosing import choose
        from contract_suite.runner.run import check_addresses, load_contracts
        from contract_suite.transport.app_loading import load_app

        options = self.options.run_options(self.folder.path)
        check_addresses(options)
        if options.app and not options.app.endswith("()"):  # a factory is called by the run alone
            load_app(options.app)
        try:
            contracts = load_contracts(replace(options.without("values"), contracts=tuple(names)))
        except DocumentError:
            return  # its collection says so
        choose(contracts, options)

    def ensure(self, session: pytest.Session) -> None:
        """Make the run, or wait for the one that another worker makes; what goes wrong is kept for the items to say."""
        if self._ended is not None or self._error is not None:
            return
        try:
            self._ended = self._shared(session) if hasattr(self.config, "workerinput") else self._go(session)
        except Exception as error:  # noqa: BLE001 - an item must say it, where pytest would end with an internal error
            self._error = error

    def finished(self) -> Ended | None:
        """How the run ended, also for the controller of workers that made it; `None` if there was none."""
        if self._ended is None and self.folder.holds(_OUTCOME):
            self._ended = self._read()
        return self._ended

    def answer(self, item: pytest.Item) -> Answer:
        """Say what became of an item's clause."""
        self.ensure(item.session)
        if self._error is not None:
            raise self._error
        ended = self._ended
        if ended is None:
            raise AssertionError("a run ends or raises")
        result = ended.results.get(item.stash[ABOUT].key)
        outcome = result.outcome if result else Outcome.UNTESTED
        reason = result.reason if result and result.reason else "it is not part of this run"
        if outcome is Outcome.PASSED:
            return Answer(outcome="passed")
        if outcome is Outcome.FAILED:
            return self._failed(item, ended, reason)
        if ended.could_not_run and outcome is not Outcome.INAPPLICABLE:
            # One item says it as a failure, always the same one; hundreds would only repeat it.
            self._carrier = self._carrier or next(
                each.nodeid for each in _clause_items(item.session) if not _is_decided(ended, each)
            )
            if item.nodeid == self._carrier:
                summary = f"could not run: {ended.could_not_run}"
                return Answer(outcome="failed", summary=summary, text=f"{self.options.target}: {summary}")
            return Answer(outcome="skipped", summary=f"could not run: {ended.could_not_run}")
        return Answer(outcome="skipped", summary=f"{outcome}: {reason}")

    def cut_short(self) -> str:
        """Why there is no answer although the run was begun: its process has died. Else empty."""
        if self.finished() is None and self._error is None and self.folder.has_begun():
            return "the run was cut short: the process that made it has died"
        return ""

    def _failed(self, item: pytest.Item, ended: Ended, reason: str) -> Answer:
        gate = ended.run.gate if ended.run else None
        findings = ended.findings.get(item.stash[ABOUT].key, [])
        tolerated = {each.id: entry.why for each in findings if gate and (entry := gate.tolerates(each.id))}
        new = [each for each in findings if each.id not in tolerated]
        if findings and not new:
            return Answer(
                outcome="known", summary="; ".join(dict.fromkeys(tolerated.values())), findings=tuple(tolerated)
            )
        summary = f"{new[0].headline}: {new[0].message} ({new[0].document.place})" if new else reason
        text = (
            "\n".join(_block(each, ended.run, kept=not self.folder.is_own) for each in new).rstrip() if new else reason
        )
        weighs = not gate or not new or any(kind_of(each) in gate.fail_on for each in new)
        return Answer(
            outcome="failed" if weighs else "advisory",
            summary=summary,
            text=text,
            findings=tuple(each.id for each in new),
        )

    def _shared(self, session: pytest.Session) -> Ended:
        from filelock import FileLock

        folder = self.folder.path
        with FileLock(folder / "lock"):  # the system frees the lock of a process that dies
            if not (folder / _OUTCOME).is_file():
                ended = self._go(session)
                written = {
                    "record": str(ended.run.path) if ended.run else "",
                    "whole": ended.whole,
                    "trouble": ended.trouble,
                }
                (folder / _OUTCOME).write_text(json.dumps(written), "utf-8")
            return self._read()

    def _read(self) -> Ended:
        from contract_suite.gate.holding import open_gate
        from contract_suite.record.reader import read_run

        said = json.loads((self.folder.path / _OUTCOME).read_text("utf-8"))
        return Ended(
            run=open_gate(self.options.gate).judge(read_run(Path(said["record"]))) if said["record"] else None,
            whole=said["whole"],
            trouble=said["trouble"],
        )

    def _go(self, session: pytest.Session) -> Ended:
        from contract_suite.gate.holding import open_gate
        from contract_suite.pytest_plugin.narrowing import narrowed
        from contract_suite.record.reader import read_run
        from contract_suite.report.catalogue import write_files
        from contract_suite.runner.choosing import choose
        from contract_suite.runner.run import run

        items = _clause_items(session)
        chosen = {item.stash[ABOUT].contract for item in items}
        whole = len(items) == sum(len(each) for each in self.clauses.values())
        options = self.options.run_options((self.options.run.report or self.folder.path).absolute())
        try:
            self.options.settings.refuse_unknown_families(self.contracts)
            contracts = choose([contract for name, contract in self.contracts.items() if name in chosen], options)
            options, behaviours = (
                (options, None) if whole else narrowed([each.stash[ABOUT].clause for each in items], contracts, options)
            )
            gate = open_gate(self.options.gate)  # what is wrong with the baseline is said before anything is sent
            with _shown(self.config) as live:
                outcome = run(options, contracts=contracts, behaviours=behaviours, watch=live.follow)
            record = gate.update_and_judge(read_run(outcome.record))
            if self.options.run.report:
                write_files(record, self.options.run.report)
        except ContractSuiteError as error:
            return Ended(run=None, whole=whole, trouble=str(error))
        if outcome.interrupted:
            raise KeyboardInterrupt
        return Ended(run=record, whole=whole)


@contextmanager
def _shown(config: pytest.Config) -> Iterator[LiveProgress]:
    """Show how the run goes on, past pytest's capturing: it may take minutes, and no test ends meanwhile."""
    from rich.console import Console

    from contract_suite.report.progress import LiveProgress

    capturing = config.pluginmanager.getplugin("capturemanager")
    quiet = config.get_verbosity() < 0 or hasattr(config, "workerinput")
    uncaptured = capturing.global_and_fixture_disabled() if capturing is not None else nullcontext()
    with uncaptured, LiveProgress(Console(stderr=True), quiet=quiet) as live:
        yield live


def _clause_items(session: pytest.Session) -> list[pytest.Item]:
    return [item for item in session.items if ABOUT in item.stash]


def _is_decided(ended: Ended, item: pytest.Item) -> bool:
    result = ended.results.get(item.stash[ABOUT].key)
    return result is not None and result.outcome in _DECIDED


def _block(finding: Finding, run: Run | None, *, kept: bool) -> str:
    from contract_suite.report.formats.terminal import block

    if run is None:
        raise AssertionError("a finding comes from a record")
    return block(finding, run, kept=kept)
