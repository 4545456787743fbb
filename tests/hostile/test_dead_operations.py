"""One operation that is never served is never green, and the others are tested all the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.hostile.running import assert_borne, run_with
from tests.hostile.troubles import Message, every, since
from tests.quick import one_in

OPERATIONS = {
    "ListNotes": ("GET", r".*/notes"),
    "CreateNote": ("POST", r".*/notes"),
    "GetNote": ("GET", r".*/notes/.+"),
}
DEAD = [
    "401",
    "403",
    "404",
    "429",
    "429-for-a-day",
    "500",
    "503",
    "503-for-a-day",
    "deep",
    "huge-number",
    "hanging",
    "lost-before",
]


@pytest.mark.longer
@pytest.mark.parametrize(
    ("trouble", "name"),
    [  # quick are each trouble with one operation, and each operation with a third of the troubles
        pytest.param(trouble, name, marks=() if at % 3 == place else (pytest.mark.slow, pytest.mark.matrix))
        for at, trouble in enumerate(DEAD)
        for place, name in enumerate(OPERATIONS)
    ],
)
def test_a_dead_operation_is_never_green(
    name: str, trouble: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In 22 of 79 such cases the run was called conformant."""
    method, path = OPERATIONS[name]

    def concerns(scope: Message) -> bool:
        return scope["method"] == method and re.fullmatch(path, scope["path"]) is not None

    came = run_with(trouble, since(1), tmp_path, monkeypatch, to=concerns)
    assert_borne(came, within=30)
    footer = came.record.footer
    assert footer is not None
    assert (footer.exit_code in {1, 3, 4}, footer.conformant) == (True, False)
    assert name in footer.reason or any(each.operation == name for each in came.record.findings)


@pytest.mark.longer
@pytest.mark.parametrize("trouble", one_in(2, ["401", "403", "lost-after", "400", "429", "deep"]))
def test_what_goes_wrong_twice_in_a_run_is_said(trouble: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens more often is in `test_troubles.py`."""
    came = run_with(trouble, every(97), tmp_path, monkeypatch)
    assert_borne(came, within=30)
    assert came.server.troubled
    assert came.outcome.reason != "nothing found"


@pytest.mark.longer
@pytest.mark.parametrize("n", [30, 120, 200])
def test_a_key_that_is_refused_from_some_request_on_stops_the_run(
    n: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An endpoint that refused the key from its 30th, 200th or 400th request on was conformant."""
    came = run_with("401", since(n), tmp_path, monkeypatch)
    assert_borne(came, within=30)
    assert came.outcome.exit_code == 3
    assert "the key is not accepted any more" in came.outcome.reason
