"""Whether a server mended a bad text before it took it: space around it was taken away, and what is left is good.

Many frameworks do so with every text; the answer shows it.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from contract_suite.checks.check import Judgement
from contract_suite.checks.kit.left_behind import members, sent_by
from contract_suite.model import clause_ids
from contract_suite.model.json import JSON, Missing, tokens


def was_tidied(judgement: Judgement) -> bool:
    """Whether what a request was refused for has space around it, and the answer shows it without."""
    subject = clause_ids.parts(judgement.case.target_clause)[1]
    names = [each for each in tokens(f"/{subject.replace('.', '/', 1)}") if each not in {"*", ""}]
    sent = [value for name, value in sent_by(judgement.case) if names and name == names[-1]]
    texts = [value for value in sent if isinstance(value, str) and value != value.strip()]
    if not texts or isinstance(judgement.body, Missing):
        return False
    shown = [value for name, value in members(judgement.body, "") if name == names[-1]]
    return all(any(_is_same(text.strip(), value) for value in shown) for text in texts)


def _is_same(text: str, shown: JSON) -> bool:
    if not isinstance(shown, str) or shown != shown.strip():
        return False
    try:
        return text == shown or Decimal(text) == Decimal(shown)
    except InvalidOperation:
        return False
