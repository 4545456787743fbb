"""What a test does with a mock: plants faults, expects violations, and reads what its client broke."""

from __future__ import annotations

from contract_suite.contract.operation import Contract
from contract_suite.model.json import JSON, MISSING, Missing
from contract_suite.pytest_plugin.breaches import Breach
from contract_suite.pytest_plugin.client_judge import Expectation
from contract_suite.pytest_plugin.faults import Planted
from contract_suite.pytest_plugin.recording_mock import RecordingMock


class MockControls:
    """The part of a mock that a test works with."""

    server: RecordingMock

    @property
    def contract(self) -> Contract:
        """The contract that is mocked."""
        return self.server.contract

    @property
    def violations(self) -> tuple[Breach, ...]:
        """What the client has broken so far and the test did not expect, advisories included."""
        return tuple(self.server.judge.found)

    def fail_with(
        self,
        fault: str | int,
        *,
        operation: str = "",
        times: int | None = None,
        retry_after: int | None = None,
        at: str = "",
        value: JSON | Missing = MISSING,
    ) -> Planted:
        """Let calls fail from now on: all, or those of one `operation`; always, or `times` times.

        `fault` is a name (`too-many-requests`, `server-error`, `timeout`, `wrong-type`, `unknown-enum-value`, …) or a
        status. `at` is the JSON Pointer of the field that an altered answer has wrong, `value` what stands there.
        """
        return self.server.faults.plant(
            fault, operation=operation, times=times, retry_after=retry_after, at=at, value=value
        )

    def expect_violation(self, subject: str = "", keyword: str = "") -> Expectation:
        """Expect the client to break the contract, at `subject` (`query.PageSize`, `body/*`) if given.

        As a context manager, the violation must come within the block.
        """
        return self.server.judge.expect(subject, keyword)
