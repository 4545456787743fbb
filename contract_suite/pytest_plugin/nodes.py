"""A contract as a tree of pytest nodes: contract, operation, subject, and a clause as the item.

A node's name must not depend on what else the contract says, so that ids stay the same when a document grows: for a
clause about the collection as a whole `pai::ListAlgorithms::page-size-respected`, for any other
`pai::ListAlgorithms::query.PageSize::minimum-enforced`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from _pytest._code.code import ExceptionInfo, ReprExceptionInfo, ReprFileLocation, ReprTracebackNative, TerminalRepr

from contract_suite.errors import ContractSuiteError
from contract_suite.model.clause import Clause
from contract_suite.model.source import Level
from contract_suite.pytest_plugin.shared_run import ABOUT, About, Broken, SharedRun, shared_run

if TYPE_CHECKING:
    from contract_suite.contract.operation import Contract

UNNAMED: Final = frozenset({"collection"})
"""Subjects that the kind of a clause implies, and that its id leaves out."""
ADVISORY: Final = pytest.StashKey[str]()
"""What came where a clause is broken that only weighs as an advisory."""
_OPENAPI: Final = re.compile(rb"""^[\s{]*["']?(?:openapi|swagger)["']?\s*:""", re.MULTILINE)
_HEAD: Final = 65536


def looks_like_openapi(path: Path) -> bool:
    """Whether a file is worth reading as an OpenAPI document: files of others have the same endings."""
    try:
        with path.open("rb") as file:
            return _OPENAPI.search(file.read(_HEAD)) is not None
    except OSError:
        return False


class ContractNode(pytest.Collector):
    """A contract that was asked for by name: its id begins with that name and no path."""

    def __init__(self, *, asked_for: str, wanted: Sequence[str] = (), **rest: Any) -> None:  # noqa: ANN401 - pytest's own arguments
        """`wanted` are ids that were named on the command line; none means all."""
        super().__init__(**rest)
        self.asked_for = asked_for
        self.wanted = tuple(wanted)

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Read the contract and yield its operations."""
        return _operations(self, self.asked_for)


class ContractFile(pytest.File):
    """A document that was given as a path."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Read the document and yield its operations."""
        return _operations(self, _shown(self.path, self.config))


class OperationNode(pytest.Collector):
    """One operation."""

    def __init__(self, *, contract: str, clauses: Sequence[Clause], **rest: Any) -> None:  # noqa: ANN401 - as above
        """Keep the clauses of the operation."""
        super().__init__(**rest)
        self.contract = contract
        self.clauses = tuple(clauses)

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Yield the clauses about the whole, and the subjects of the others, in the contract's order."""
        by_subject: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            by_subject.setdefault(clause.subject, []).append(clause)
        for subject, clauses in by_subject.items():
            if subject in UNNAMED:
                yield from _items(self, self.contract, clauses)
            else:
                yield SubjectNode.from_parent(self, name=subject, contract=self.contract, clauses=clauses)


class SubjectNode(pytest.Collector):
    """What clauses of one operation speak of: a parameter, a field, the key."""

    def __init__(self, *, contract: str, clauses: Sequence[Clause], **rest: Any) -> None:  # noqa: ANN401 - as above
        """Keep the clauses about the subject."""
        super().__init__(**rest)
        self.contract = contract
        self.clauses = tuple(clauses)

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the clauses."""
        return _items(self, self.contract, self.clauses)


class ClauseItem(pytest.Item):
    """One clause. Running it runs the contracts, unless an earlier item did, and reports what became of this clause."""

    def __init__(self, *, contract: str, clause: Clause, **rest: Any) -> None:  # noqa: ANN401 - as above
        """Carry the marks and the properties of the clause."""
        super().__init__(**rest)
        self.contract = contract
        self.clause = clause
        self.stash[ABOUT] = About(contract=contract, clause=clause)
        self.add_marker(pytest.mark.contract(contract))
        if clause.level is Level.ADVISORY:
            self.add_marker(pytest.mark.contract_advisory)
        self.extra_keyword_matches |= {self.nodeid, f"{contract}::{clause.id}", clause.judge}
        self.user_properties += [
            ("contract", contract),
            ("clause", clause.id),
            ("source", clause.source.value),
            ("place", clause.location.place),
        ]

    @property
    def shared(self) -> SharedRun:
        """The run that decides this clause."""
        return shared_run(self.config)

    def runtest(self) -> None:
        """Report the clause's verdict in pytest's words."""
        answer = self.shared.answer(self)
        self.user_properties += [("finding", each) for each in answer.findings]
        match answer.outcome:
            case "failed":
                raise Broken(answer.summary, answer.text)
            case "known":
                pytest.xfail(answer.summary)
            case "advisory":
                self.stash[ADVISORY] = answer.summary
                self.add_report_section("call", "advisory", answer.text)
            case "skipped":
                raise pytest.skip.Exception(answer.summary, _use_item_location=True)
            case "passed":
                pass

    def repr_failure(self, excinfo: ExceptionInfo[BaseException], style: Any = None) -> str | TerminalRepr:  # noqa: ANN401 - pytest's own type
        """Show what the report shows of a finding, and no traceback."""
        error = excinfo.value
        if isinstance(error, Broken):
            crash = ReprFileLocation(os.fspath(self.path), self.clause.location.line, error.summary)
            return ReprExceptionInfo(reprtraceback=ReprTracebackNative([f"{error.text}\n"]), reprcrash=crash)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Name the document's line as the place of the item."""
        return self.clause.location.file, max(0, self.clause.location.line - 1), self.nodeid


def _operations(parent: ContractNode | ContractFile, asked_for: str) -> Iterator[OperationNode]:
    shared = shared_run(parent.config)
    try:
        name, clauses = shared.add(asked_for)
    except ContractSuiteError as error:
        raise parent.CollectError(str(error)) from None
    by_operation: dict[str, list[Clause]] = {}
    for clause in clauses:
        by_operation.setdefault(clause.operation, []).append(clause)
    wanted = tuple(_Wanted(each) for each in parent.wanted) if isinstance(parent, ContractNode) else ()
    for operation, own in by_operation.items():
        chosen = [clause for clause in own if not wanted or any(each.fits(clause) for each in wanted)]
        if chosen:
            yield OperationNode.from_parent(parent, name=operation or name, contract=name, clauses=chosen)


class _Wanted:
    """An id from the command line: a contract's, an operation's, a subject's or a clause's."""

    def __init__(self, text: str) -> None:
        self.below = text.partition("::")[2]

    def fits(self, clause: Clause) -> bool:
        short = short_id(clause)
        return not self.below or any(
            each == self.below or each.startswith(f"{self.below}::") for each in (short, clause.id)
        )


def short_id(clause: Clause) -> str:
    """A clause's id as its node has it, without the contract."""
    return f"{clause.operation}::{clause.kind}" if clause.subject in UNNAMED else clause.id


def _items(parent: OperationNode | SubjectNode, contract: str, clauses: Iterable[Clause]) -> Iterator[ClauseItem]:
    for clause in clauses:
        yield ClauseItem.from_parent(parent, name=clause.kind, contract=contract, clause=clause)


def _shown(path: Path, config: pytest.Config) -> str:
    """A path as the user would name it: relative to where pytest was started, if it lies below."""
    here = config.invocation_params.dir
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def contract_of(item: pytest.Item) -> Contract | None:
    """The contract of a clause's item; `None` for any other item."""
    return item.shared.contracts[item.contract] if isinstance(item, ClauseItem) else None
