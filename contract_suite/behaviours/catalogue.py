"""Every behaviour of the package, in the order in which they are driven. Add your own by value: `(*BEHAVIOURS, mine)`."""

from __future__ import annotations

from typing import Final

from contract_suite.behaviours import (
    creation,
    deletion,
    updates,
)
from contract_suite.behaviours.behaviour import Behaviour

BEHAVIOURS: Final[tuple[Behaviour, ...]] = (
    creation.BEHAVIOUR,
    updates.BEHAVIOUR,
    deletion.BEHAVIOUR,
)
