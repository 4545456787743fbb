"""The provider's side: clauses among the collected items, one run behind them, and its end in the session's."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from typing import Any, Final

import pytest

from contract_suite.errors import UsageError
from contract_suite.known_secrets import without_user_info
from contract_suite.model.counting import counted
from contract_suite.pytest_plugin.options import read_options
from contract_suite.pytest_plugin.session_folder import WORKER_FOLDER
from contract_suite.pytest_plugin.shared_run import ABOUT, SharedRun, shared_run

_ADVISORY: Final = "contract_advisory"
_MOST_ADVISORIES: Final = 20


class Provider:
    """Registered for sessions that test contracts."""

    def __init__(
        self, config: pytest.Config, names: Sequence[str], ids: Sequence[str], left_out: Sequence[str] = ()
    ) -> None:
        """`names` are the contracts to collect, `ids` what of them was named on the command line.

        `left_out` are those of an ini file that this call does not test, because it names paths.
        """
        self.config = config
        self.names = tuple(names)
        self.ids = tuple(ids)
        self.left_out = tuple(left_out)

    @property
    def shared(self) -> SharedRun:
        """The session's run."""
        return shared_run(self.config)

    def pytest_report_header(self) -> str:
        """Say what is tested, and where."""
        if self.left_out:
            return f"contracts: {self._not_tested()}"
        options = read_options(self.config)
        target = without_user_info(options.target)
        return f"contracts: {', '.join(self.names) or 'documents'} at {target}, seed {options.run.seed}"

    def _not_tested(self) -> str:
        return (
            f"{', '.join(self.left_out)} of the ini file NOT TESTED, because paths were given "
            "(contract_always = true tests them anyway)"
        )

    def pytest_sessionstart(self) -> None:
        """Say what is wrong with the options before anything is collected; workers of pytest-xdist have been told."""
        if self.names and not hasattr(self.config, "workerinput"):
            try:
                self.shared.check_options(self.names)
            except UsageError as error:
                raise pytest.UsageError(re.sub(r"^--", "--contract-", str(error))) from None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> Generator[None, None, None]:
        """Collect the contracts asked for by name, before anything is deselected or reordered."""
        from contract_suite.pytest_plugin.nodes import ContractNode

        for name in self.names:
            wanted = [each for each in self.ids if each.partition("::")[0] == name]
            if wanted or not self.ids:
                node = ContractNode.from_parent(session, name=name, nodeid=name, asked_for=name, wanted=wanted)
                items.extend(session.genitems(node))
        return (yield)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - a type of pytest-xdist, which need not be there
        """Tell a worker where all of them meet."""
        node.workerinput[WORKER_FOLDER] = str(self.shared.folder.path)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Make the run before its first item begins, so that no time limit and no duration of an item counts it."""
        if _is_clause(item):
            self.shared.ensure(item.session)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Mark the report of a clause that is broken and only weighs as an advisory."""
        report = yield
        if _is_clause(item) and report.when == "call" and report.passed:
            from contract_suite.pytest_plugin.nodes import ADVISORY

            if ADVISORY in item.stash:
                setattr(report, _ADVISORY, True)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Give advisories a word of their own: neither passed in silence nor failed."""
        return ("advisory", "a", ("ADVISORY", {"yellow": True})) if getattr(report, _ADVISORY, False) else None

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let no session end green whose run says that too little was tested to tell."""
        if not hasattr(self.config, "workerinput") and session.exitstatus == pytest.ExitCode.OK and self._gate():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how the run ended, and where its record is, or that a gate was left out."""
        if self.left_out:
            terminalreporter.section("contracts")
            terminalreporter.line(self._not_tested(), yellow=True, bold=True)
        ended = self.shared.finished()
        footer = ended.run.footer if ended and ended.run else None
        left = self.shared.folder.left()
        if ended is None:
            trouble = self.shared.cut_short()
            if trouble or left:
                terminalreporter.section("contracts")
            if trouble:
                terminalreporter.line(f"not conformant: {trouble}", red=True)
            self._say(terminalreporter, left)
            return
        terminalreporter.section("contracts")
        trouble = self._gate()
        if trouble:
            terminalreporter.line(f"not conformant: {trouble}", red=True)
        elif footer is not None:
            said = ended.run.gate.reason if ended.run and ended.run.gate and ended.whole else footer.reason
            terminalreporter.line(f"{said}{'' if ended.whole else ' (only a part of the clauses was selected)'}")
        advisories = terminalreporter.stats.get("advisory", ())
        for report in advisories[:_MOST_ADVISORIES]:
            said = dict(report.sections).get("Captured advisory call", "")
            terminalreporter.line(f"ADVISORY {report.nodeid}", yellow=True)
            terminalreporter.line(said if self.config.get_verbosity() > 0 else said.partition("\n")[0])
        if len(advisories) > _MOST_ADVISORIES:
            terminalreporter.line(
                f"and {counted(len(advisories) - _MOST_ADVISORIES, 'more advisory', 'more advisories')}", yellow=True
            )
        if self.shared.options.run.report:
            terminalreporter.line(f"report: {self.shared.options.run.report}")
        self._say(terminalreporter, left)

    @staticmethod
    def _say(terminalreporter: pytest.TerminalReporter, sentences: Sequence[str]) -> None:
        for sentence in sentences:
            terminalreporter.line(sentence, yellow=True)

    def pytest_unconfigure(self) -> None:
        """Remove what nobody wants to keep."""
        self.shared.folder.clean_up()

    def _gate(self) -> str:
        ended = self.shared.finished()
        return ended.gate if ended else self.shared.cut_short()


def _is_clause(item: pytest.Item) -> bool:
    return ABOUT in item.stash
