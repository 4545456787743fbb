"""How sentences write a state, and to which state the verb of an action leads: `cancel` to `cancelled`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from contract_suite.contract.naming.names import plain_name, words

FIELDS: Final = frozenset({"status", "state", "phase", "stage"})
"""Members that hold a state, by their plain names."""
_IRREGULAR: Final = {
    "pay": "paid",
    "send": "sent",
    "withdraw": "withdrawn",
    "freeze": "frozen",
    "hold": "held",
    "lend": "lent",
    "sell": "sold",
    "start": "started",
    "reopen": "open",
    "open": "open",
}
ENDS: Final = frozenset(
    {
        "archived", "deleted", "removed", "trashed", "locked", "closed", "disabled", "inactive", "cancelled", "canceled",
        "voided", "frozen", "suspended", "blocked", "banned", "retired", "expired", "hidden", "readonly", "deactivated",
    }
)  # fmt: skip
"""Words for what can't be used, changed or seen any more."""
_VERBS: Final = {
    "open": ("opened", "reopened", "re-opened"),
    "active": ("activated", "reactivated", "re-activated"),
    "inactive": ("deactivated", "inactivated"),
    "public": ("made public",),
    "private": ("made private",),
}
"""How sentences say that something gets into a state that is no participle itself."""
SIGN: Final = "[\ue000-\ue0ff]"
"""What stands for a state in a marked text: Unicode leaves these signs to whoever wants to use them."""
MOST_STATES: Final = 40
"""No text explains the changes of more states."""
_FIRST_SIGN: Final = 0xE000
_QUOTE: Final = r"[`'\"*\u201c\u201d\u2018\u2019]{0,4}"
_PLURAL: Final = r"s(?=\s+(?:can|cannot|may|must|are|become|go|move|return|never)\b)"
_STEM: Final = 4
"""So many letters at least has a verb in common with the state that it leads to: `cancel`, `cancelled`."""


def is_of_an_end(name: str) -> bool:
    """Whether a flag says that a thing can't be used or seen any more: `archived`, `isLocked`."""
    return not ENDS.isdisjoint(words(name))


def spoken(state: str) -> str:
    """How a sentence writes a state, as a pattern: `in_review` is "in review" too."""
    return rf"\b{'[ _-]?'.join(map(re.escape, words(state)))}\b" if words(state) else re.escape(state)


def is_spoken(state: str, sentence: str) -> bool:
    """Whether a sentence names a state; none names the empty one, which some enums have."""
    return state.strip() != "" and re.search(spoken(state), sentence, re.IGNORECASE) is not None


def state_of(segment: str, states: Sequence[str]) -> str:
    """Return the one state that an action leads to by its name, as the last segment of its path has it; empty for none."""
    if not words(segment):
        return ""
    plain = words(segment)[0]
    known = _IRREGULAR.get(plain)
    alike = [
        each
        for each in states
        if each == known or _has_stem(plain, plain_name(each)) or _verb_of(each) == segment.lower()
    ]
    return alike[0] if len(alike) == 1 else ""


def marked(text: str, states: Sequence[str]) -> str:
    """Return a text with one sign in the place of each state that it names, quotes included; empty for more than `MOST_STATES`.

    So patterns of sentences need not know how states are called; `places_in` says which sign is which.
    """
    if not 1 < len(states) <= MOST_STATES or not all(words(each) for each in states):
        return ""
    signs = {plain_name(each): chr(_FIRST_SIGN + place) for place, each in enumerate(states)}
    verbs = {plain_name(verb): signs[each] for each in {*signs} & {*_VERBS} for verb in _VERBS[each]}
    spellings = [
        *("[ _-]?".join(map(re.escape, words(each))) for each in states),
        *(verb for each in {*signs} & {*_VERBS} for verb in _VERBS[each]),
    ]
    one, signs = "|".join(sorted(spellings, key=len, reverse=True)), {**verbs, **signs}
    pattern = rf"{_QUOTE}(?<![\w.])(?<!\w-)(?P<state>{one})(?:{_PLURAL}|(?!-?\w)){_QUOTE}"
    return re.sub(pattern, lambda found: signs[plain_name(found["state"])], text, flags=re.IGNORECASE)


def places_in(text: str) -> list[int]:
    """Return the places, in their list, of the states whose signs stand in a marked text, in the order of the text."""
    return [ord(each) - _FIRST_SIGN for each in re.findall(SIGN, text)]


def _verb_of(state: str) -> str:
    """Return the verb of a state of two words, `checkout` of `checked_out`; empty for any other."""
    parts = words(state)
    return f"{parts[0].removesuffix('ed')}{parts[1]}" if len(parts) == 2 and parts[0].endswith("ed") else ""  # noqa: PLR2004


def _has_stem(verb: str, state: str) -> bool:
    """Whether a state is a verb's participle by its beginning: `ship` and `shipped`, `archive` and `archived`."""
    stem = verb.rstrip("e")
    stem = f"{stem[:-1]}i" if stem.endswith("y") else stem
    return len(stem) >= min(_STEM, len(verb)) > 2 and state.startswith(stem)  # noqa: PLR2004 - "do" and "go" begin anything
