"""Whether what is wrong with an answer is only what the request itself brought: an invalid value that was taken and shown again.

That it was taken is a finding of its own; a second one about the answer would say the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.checks.check import Judgement
from contract_suite.contract.violations import breaks
from contract_suite.model.case import Intent
from contract_suite.model.json import JSON, MISSING, at, tokens


def is_echo(judgement: Judgement, path: str) -> bool:
    """Whether the value at `path` of the answer's body is one that an invalid request had sent under the same name."""
    case, operation = judgement.case, judgement.operation
    if operation is None or case.intent is Intent.POSITIVE or judgement.body is MISSING:
        return False
    names = [step for step in tokens(path) if not step.isdecimal()]
    shown = at(judgement.body, path)
    if not names or shown is MISSING:
        return False
    sent = [value for subject, argument in case.arguments.items() for value in _named(argument, subject, names[-1])]
    if not any(type(value) is type(shown) and value == shown for value in sent):
        return False
    return case.intent is Intent.NEGATIVE or breaks(operation, case.request)


def _named(value: JSON, subject: str, name: str) -> Iterator[JSON]:
    """Everything that is called `name` in an argument, and the items of lists that are."""
    if subject.rpartition(".")[2] == name:
        yield value
        yield from value if isinstance(value, list) else ()
    members = (
        value.items()
        if isinstance(value, dict)
        else ((subject, item) for item in value)
        if isinstance(value, list)
        else ()
    )
    for key, member in members:
        yield from _named(member, str(key), name)
