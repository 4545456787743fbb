"""Names of states that work is in: before its end, and at its end, without what naming styles differ in."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.naming.states import is_spoken

GOES_ON: Final = frozenset(
    {
        "pending",
        "queued",
        "running",
        "processing",
        "inprogress",
        "submitted",
        "waiting",
        "executing",
        "started",
        "enqueued",
    }
)
AT_WORK: Final = frozenset({"running", "processing", "inprogress", "executing"})
SUCCEEDED: Final = frozenset({"succeeded", "success", "successful", "completed", "complete", "done", "finished"})
FAILED: Final = frozenset({"failed", "failure", "error", "errored"})
CANCELLED: Final = frozenset({"cancelled", "canceled", "aborted"})
STATES: Final = frozenset({"status", "state", "phase"})
"""How members are called that hold the state of work."""


def goes_on(state: object) -> bool:
    """Whether the value of a state says that work has not ended."""
    plain = plain_name(state) if isinstance(state, str) else ""
    return plain in GOES_ON or plain.endswith("ing")


_SAID_OF_A_STATE: Final = frozenset(
    {"reason", "message", "text", "note", "comment", "description", "detail", "details", "code"}
)


def moves_by_itself(name: str, shown: object) -> bool:
    """Whether a member shows the state of work that goes on: the server moves it, whatever a request said."""
    return plain_name(name) in STATES and goes_on(shown)


def is_said_to_begin_in(name: str, shown: object, description: str) -> bool:
    """Whether a member shows a state that the description of the create names: "with an assignee it is created as `open`"."""
    return plain_name(name) in STATES and isinstance(shown, str) and is_spoken(shown, description)


def explains_a_state(name: str) -> bool:
    """Whether a member is said of a state (`state_reason`, `statusMessage`): in another state the server has another one, or none."""
    *state, said = words(name) or ("",)
    return plain_name("".join(state)) in STATES and said in _SAID_OF_A_STATE
