"""The judges of the clients of one test, where the end of its call finds them; as light as every session needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from contract_suite.pytest_plugin.client_judge import ClientJudge

JUDGES: Final = pytest.StashKey[list["ClientJudge"]]()
"""Those of an item's mocks."""
