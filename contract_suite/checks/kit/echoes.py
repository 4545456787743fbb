"""Whether what is wrong with an answer is only what a request brought: an invalid value that was taken and is shown again.

That it was taken is a finding of its own; a second one about the answer would say the same.
"""

from __future__ import annotations

from typing import Final

from contract_suite.checks.check import Judgement
from contract_suite.checks.kit.left_behind import sent_by
from contract_suite.contract.violations import breaks
from contract_suite.model.case import Intent
from contract_suite.model.json import JSON, MISSING, at, tokens

_32_BITS: Final = 2**31


def is_echo(judgement: Judgement, path: str) -> bool:
    """Whether an invalid request, this one or a write before it, had sent the value at `path` of the body under the same name."""
    case, operation = judgement.case, judgement.operation
    if operation is None or judgement.body is MISSING:
        return False
    names = [step for step in tokens(path) if not step.isdecimal()]
    shown = at(judgement.body, path)
    if not names or shown is MISSING:
        return False
    if judgement.left_behind is not None and judgement.left_behind.holds(names[-1], shown):
        return True
    if case.intent is Intent.POSITIVE:
        return False
    if _is_unmistakable(shown) and any(value == shown for _, value in sent_by(case)):
        return True  # under another name: `page` comes back as `number`
    if not any(name == names[-1] and type(value) is type(shown) and value == shown for name, value in sent_by(case)):
        return False
    return case.intent is Intent.NEGATIVE or breaks(operation, case.request)


def _is_unmistakable(value: JSON) -> bool:
    """Whether a value is so odd that it is surely the one that was sent: a number that 32 bits don't hold."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= _32_BITS
