"""Which numbers are calculated of other members by their names, and where nothing says that they stay as they were once."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.behaviours.kit.owners import counts_all_at_once
from contract_suite.contract.naming.names import words
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.numeric import is_number
from contract_suite.contract.schemas.view import SchemaView

_SUMS: Final = frozenset(
    {
        *("total", "totals", "subtotal", "sum", "amount", "net", "gross", "tax", "vat", "price", "cost", "due", "balance"),
        *("outstanding", "count", "quantity", "weight", "duration", "average", "score", "calories", "volume", "size"),
    }
)  # fmt: skip
"""Words of numbers that are calculated of other members."""
_KEPT: Final = frozenset(
    {
        *("ever", "lifetime", "last", "next", "max", "highest", "peak", "version", "sequence", "paid", "spent", "initial"),
        *("original", "opening", "quoted", "estimated", "agreed", "reserved", "authorized", "authorised", "charged", "captured"),
        *("refunded", "deposit", "previous", "old", "former", "first", "created", "starting", "invoiced", "billed"),
    }
)  # fmt: skip
"""Words of numbers that remember what was there once."""
_SAYS_KEPT: Final = re.compile(
    r"\b(?:snapshot|frozen|fixed|at the time|when (?:it|this|the \w+) (?:was|is) (?:made|created|placed)|at creation|on creation"
    r"|does not change|never changes|not (?:re)?calculated|not updated|unchanged|stays?|remains?|kept|keeps?|originally)\b",
    re.IGNORECASE,
)
_SAYS_FROZEN: Final = re.compile(
    r"\b(?:snapshot|frozen|not (?:be )?(?:re)?calculated"
    r"|(?:prices?|totals?|amounts?|costs?) (?:stays?|remains?|is (?:kept|fixed)|are (?:kept|fixed)))\b",
    re.IGNORECASE,
)
_PAYMENTS: Final = frozenset(
    {"payment", "payments", "payout", "payouts", "transfer", "transfers", "refund", "refunds", "charge", "charges"}
    | {"withdrawal", "withdrawals", "transaction", "transactions", "checkout", "checkouts", "deposits"}
)
"""Words of paths at which money moves."""


def may_be_sum(member: SchemaView, name: str) -> bool:
    """Whether a member is a number calculated of other members, by its name, and nothing says that it stays."""
    named = set(words(name))
    said = member.keyword("description")
    is_kept = isinstance(said, str) and _SAYS_KEPT.search(said) is not None
    is_sum = is_number(member) and bool(named & _SUMS) and not named & _KEPT
    return is_sum and not is_kept and counts_all_at_once(member)


def says_frozen(update: Operation) -> bool:
    """Whether an update says that prices or totals stay as they are."""
    return _SAYS_FROZEN.search(f"{update.summary}\n{update.description}") is not None


def moves_money(create: Operation) -> bool:
    """Whether money moves where something is created: amounts made up there are no test."""
    return not _PAYMENTS.isdisjoint(words(create.path))
