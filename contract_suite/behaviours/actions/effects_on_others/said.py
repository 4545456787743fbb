"""What a sentence says that an operation does to other things: "Cancelling voids all open invoices of the subscription".

A sentence is followed only if each word around the effect is known. A condition, or a word for some of the things, leaves it alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.actions.effects_on_others.kinds import Kind
from contract_suite.contract.naming.names import words
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.naming.states import SIGN, marked, places_in, spoken, state_of

GONE: Final = ""
"""What stands for the state of what is there no longer."""
_ENDED: Final = frozenset({"delete", "remove", "erase", "destroy", "purge"})
_FREES: Final = frozenset({"free", "release", "unlock"})
_FREE: Final = ("free", "available", "vacant", "unlocked", "unoccupied", "idle")
_VERBS: Final = (
    *sorted(_ENDED | _FREES),
    *("cancel", "void", "close", "reopen", "open", "archive", "reject", "revoke", "deactivate", "activate", "reactivate"),
    *("complete", "expire", "suspend", "resume", "decline", "withdraw", "approve", "confirm", "publish", "unpublish", "lock"),
    *("block", "pause", "stop", "terminate", "end", "finish", "refund", "occupy", "reserve", "dismiss", "resolve", "abort"),
    *("retire", "disable", "enable", "accept", "promote", "assign", "unassign"),
)  # fmt: skip
_UNSURE: Final = re.compile(
    r"\b(?:if|unless|when|whenever|while|whether|until|except|excluding|only|may|might|can|cannot|could|should|not|never|no longer|"
    r"later|nightly|eventually|optional(?:ly)?|default|depending|first|next|oldest|latest|newest|last|some|most|once|after|before|"
    r"as long as|provided|flags?|options?|parameters?|premium|future|upcoming|past|background|soon|job|refused|otherwise|instead)\b"
    r"|n['\u2019]t\b|^for\b|\bwith\s+[`'\"]|=\s*true\b",
    re.IGNORECASE,
)
"""Words that make an effect one of some cases, of some things or of another time."""
_DELAYED: Final = re.compile(
    r"\b(?:at|by|to|until|from) the (?:end|start|beginning) of\b|\b(?:takes?|comes? into) effect\b|\bovernight\b|\basynchronous"
    r"|\bin the background\b|\b(?:with)?in (?:a|an|some|a few|\d+) (?:minutes?|hours?|days?)\b|\bperiodically\b",
    re.IGNORECASE,
)
"""Words by which an operation has its effects at another time, in whatever sentence they stand."""
_STILL: Final = re.compile(r"[,;]? (?:those|others?|the rest|everything else|all others)\b.*$", re.IGNORECASE)
_BULLET: Final = re.compile(r"^[-*+\u2022]\s+")
_QUOTE: Final = r"[`'\"*]*"
_STATE_WORD: Final = r"(?:status|state|stage|phase)"
_BRINGS: Final = r"(?:taking|setting|moving|putting|bringing|marking|changing|switching|turning)"
_ADVERBS: Final = (
    r"(?:(?:also|then|automatically|at once|immediately|thereby|all|both|in turn|therefore|again|back)\s+)*"
)
_OTHERS: Final = (
    r"(?:all|any|each|every|both|the|its|their|of|these|those|this|that|remaining|existing|related|associated|corresponding"
    r"|linked|attached|dependent|his|her|still)"
)
_AFTER: Final = frozenset(
    {
        *("in", "status", "state", "stage", "that", "which", "are", "is", "were", "still", "or", "of", "for", "on", "to", "the"),
        *("this", "its", "it", "along", "belonging", "automatically", "too", "as", "well", "again", "at", "immediately", "there"),
        *("also", "then", "all", "them", "together", "have", "has", "been", "by", "now", "a", "an", "their", "up", "other"),
    }
)  # fmt: skip
_CUT: Final = re.compile(r"[.,;:()]|\band\b|\bwith\b|\bso that\b|\bthen\b")
_GERUND: Final = re.compile(r"^(?P<word>[a-z]{3,}ing)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What happens to others: their state then (`GONE` for none), those of before that it is said of (all without any), and the sentence.

    `trigger` is the state that the change leads to; empty where the operation itself has the effect.
    """

    trigger: str
    state: str
    origins: tuple[str, ...]
    sentence: str


def is_delayed(text: str) -> bool:
    """Whether the description of an operation says that it has its effects later than a run waits for them."""
    return _DELAYED.search(text) is not None


def effects_said(text: str, own: Kind, other: Kind, *, verb: str, by_state: bool) -> Iterator[Said]:
    """Yield what a description says that an operation on `own` does to `other`.

    `verb` is what the operation is called by its path; with `by_state` it sets a state, which a sentence must name.
    """
    called = re.compile(rf"{other.spoken}\b", re.IGNORECASE)
    for sentence in statements(text):
        if called.search(sentence) is None:  # few sentences call it by its name, and the patterns are long
            continue
        found = _read(sentence, own, other, verb=verb, by_state=by_state)
        if found is not None:
            yield found


def _read(sentence: str, own: Kind, other: Kind, *, verb: str, by_state: bool) -> Said | None:
    told = triggered(sentence, own, verb=verb, by_state=by_state)
    if told is None:
        return None
    trigger, text = told
    known = marked(text, other.states) or text
    for found in (_active(known, own, other), _set(known, own, other), _passive(known, own, other)):
        if found is not None and found[0] not in found[1]:
            return Said(trigger=trigger, state=found[0], origins=found[1], sentence=sentence.rstrip(".;"))
    return None


def triggered(sentence: str, own: Kind, *, verb: str, by_state: bool) -> tuple[str, str] | None:
    """Return the state whose setting has an effect (empty for the operation itself), and what a sentence says of that.

    `None` where it speaks of another operation, or of some cases only.
    """
    trigger, rest = _triggered(_BULLET.sub("", sentence), own)
    if by_state is not bool(trigger):
        if by_state or (trigger and state_of(verb, own.states) != trigger):
            return None
        trigger = ""
    gerund = _GERUND.match(rest)
    if gerund is not None and not any(verb.startswith(each) for each in _stems(gerund["word"])):
        return None
    text = _STILL.sub("", rest)
    return None if _UNSURE.search(text) else (trigger, text)


def _triggered(sentence: str, own: Kind) -> tuple[str, str]:
    """Return the state that a sentence names as what has the effect, and the rest of it; empty for none."""
    one = rf"(?:(?:an?|the|this|its?)\s+)?(?:{own.spoken}(?:['\u2019]s)?\s+)?(?:{_STATE_WORD}\s+)?"
    for state in own.states:
        named = rf"{_QUOTE}{spoken(state)}{_QUOTE}"
        becomes = r"(?:is|becomes?|gets?|was|has been|changes to|is set to|is moved to|moves to|goes to|enters|reaches)\s+(?:set to\s+)?"
        for pattern in (
            rf"^{_BRINGS}\b[^,;.]*?{named}",
            rf"^(?:once|when|whenever|as soon as|if)\s+(?:it\s+)?{one}{becomes}{named}\s*,?",
            rf"^(?:the\s+)?{_STATE_WORD}\s+{named}",
        ):
            found = re.match(pattern, sentence, re.IGNORECASE)
            if found is not None:
                return state, sentence[found.end() :]
    gerund = _GERUND.match(sentence)
    states = {state_of(each, own.states) for each in _stems(gerund["word"])} - {""} if gerund is not None else set()
    if gerund is not None and len(states) == 1:
        return states.pop(), sentence[gerund.end() :]
    return "", sentence


def _stems(gerund: str) -> list[str]:
    """Return the verbs that a gerund, as `_GERUND` finds it, may be of: `ship`, `shipp` and `shippe` of "shipping"."""
    stem = gerund.lower().removesuffix("ing")
    doubled = stem[:-1] if stem[-2] == stem[-1] else stem
    return [stem, f"{stem}e", doubled]


Found = tuple[str, tuple[str, ...]]
"""The state that others get into, and those that they have before."""


def _active(text: str, own: Kind, other: Kind) -> Found | None:
    """Read "voids all open invoices of the subscription"."""
    verbs = "|".join(_VERBS)
    for found in re.finditer(
        rf"\b(?P<verb>{verbs})(?P<ends>s|es)?\s+(?P<mid>(?:[^\s,.;:]+\s+){{0,5}}?){other.spoken}\b(?P<after>.*)$",
        text,
        re.IGNORECASE,
    ):
        verb, bare = found["verb"].lower(), not found["ends"]
        if bare and not re.search(r"(?:^|\band|\balso|,|\bto)\s*$", text[: found.start()], re.IGNORECASE):
            continue
        if verb in _ENDED and re.match(r"[^,;.]*\bfrom\b", found["after"], re.IGNORECASE):
            continue
        origins = _origins(found["mid"], found["after"], own, other)
        state = GONE if verb in _ENDED else _state_after(verb, other.states)
        if origins is not None and (state or verb in _ENDED):
            return state, origins
    return None


def _set(text: str, own: Kind, other: Kind) -> Found | None:
    """Read "sets its tickets to `void`"."""
    found = re.search(
        rf"\b(?:sets?|marks?|moves?|puts?|turns?|changes?|resets?|returns?)\s+(?P<mid>(?:[^\s,.;:]+\s+){{0,5}}?){other.spoken}\s+"
        rf"(?:back\s+)?(?:to|as|into)\s+(?:the\s+)?(?:{_STATE_WORD}\s+)?(?P<state>{SIGN})(?P<after>.*)$",
        text,
        re.IGNORECASE,
    )
    origins = _origins(found["mid"], found["after"], own, other) if found is not None else None
    return (_state_at(found["state"], other.states), origins) if found is not None and origins is not None else None


def _passive(text: str, own: Kind, other: Kind) -> Found | None:
    """Read "its compartment is free again", "all tickets of the order are set to `void`"."""
    found = re.search(
        rf"(?:^|,|\band\b|:)\s*{_ADVERBS}(?P<mid>(?:[^\s,.;:]+\s+){{0,5}}?){other.spoken}(?P<between>(?:\s+[^\s,.;:]+){{0,5}}?)\s+"
        rf"(?:is|are|becomes?|gets?|will be|goes|go|returns?)\s+{_ADVERBS}(?:(?:set|moved|marked|put|back|changed)\s+)*(?:(?:to|as)\s+)?"
        rf"(?P<state>{SIGN}|(?:deleted|removed|erased|gone|freed|free|released|available)\b)(?P<after>.*)$",
        text,
        re.IGNORECASE,
    )
    if found is None:
        return None
    origins = _origins(found["mid"], f"{found['between']} . ", own, other)
    if origins is None or _origins("", found["after"], own, other) is None:
        return None
    word = found["state"].lower()
    if re.fullmatch(SIGN, found["state"]):
        return _state_at(found["state"], other.states), origins
    if word in {"freed", "free", "released", "available"}:
        state = _state_after("release", other.states)
        return (state, origins) if state else None
    return GONE, origins


def _origins(mid: str, after: str, own: Kind, other: Kind) -> tuple[str, ...] | None:
    """Return the states of those that are spoken of; `None` where there are words around that say more."""
    before = re.sub(rf"\b{own.spoken}(?:['\u2019]s?)?(?=\s|$)", " ", mid, flags=re.IGNORECASE)
    before = re.sub(rf"\b(?:{_OTHERS})\b", " ", before, flags=re.IGNORECASE)
    cut = _CUT.search(after)
    behind = after[: cut.start()] if cut is not None else after
    behind = re.sub(rf"\b{own.spoken}\b", " ", behind, flags=re.IGNORECASE)
    if re.sub(rf"{SIGN}|[\s`'\"*/-]|\bor\b", "", before) or not set(words(re.sub(SIGN, " ", behind))) <= _AFTER:
        return None
    return tuple(dict.fromkeys(other.states[each] for each in places_in(f"{before} {behind}")))


def _state_after(verb: str, states: Sequence[str]) -> str:
    """Return the one state that a verb leads to; empty for none."""
    known = state_of(verb, states)
    free = [each for each in states if verb in _FREES and each.lower() in _FREE]
    return known or (free[0] if len(free) == 1 else "")


def _state_at(sign: str, states: Sequence[str]) -> str:
    [place] = places_in(sign)
    return states[place]
