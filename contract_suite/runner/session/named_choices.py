"""Values that a refusal itself names as good ones: "Unknown plugin 'sample' (available: cpu, load)".

A schema often says no more than that a value is a text, while the server takes a few and lists them when it is asked
for another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Operation
from contract_suite.generate.fresh_values import value_at
from contract_suite.generate.live_ids import name_of
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments
from contract_suite.runner.session.refusal_words import MALFORMED, texts_in

_MOST: Final = 20
_CUE: Final = re.compile(
    r"\b(?:available|allowed|accepted|valid|supported|permitted|possible|known|existing|one of|choose from|should be|must be)\b"
    r"[^:\[({'\"`\n]{0,60}",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"'([^'\n]{1,100})'|\"([^\"\n]{1,100})\"|`([^`\n]{1,100})`")
_BETWEEN: Final = re.compile(r"(?:[\s,|/]|\bor\b|\band\b)*", re.IGNORECASE)
_OPENING: Final = re.compile(r"[\s:=\[({]*")
_BARE: Final = re.compile(r"[\w@+-](?:[\w@+./:-]*[\w@+/-])?")
_KINDS: Final = frozenset(
    {"a", "an", "the", "integer", "int", "number", "string", "boolean", "object", "array", "list"}
    | {"greater", "less", "at", "to", "be", "in", "of"}
)
"""Words that say what a value is, and are none."""


def named_choice(operation: Operation, arguments: Arguments, exchange: Exchange) -> tuple[str, JSON] | None:
    """Return the argument that a refusal is about, and the first value that it names instead; `None` where it names none."""
    response = exchange.response
    if response is None or response.status not in MALFORMED:
        return None
    text = " \n ".join(texts_in(response.body))
    choices = choices_in(text)
    subject = subject_of(text, arguments) if choices else ""
    if not subject:
        return None
    old = value_at(arguments, subject)
    parameter = next((each for each in operation.parameters if each.subject == subject), None)
    good = (each for each in choices if each != old and (parameter is None or parameter.schema.is_valid(each)))
    choice = next(good, None)
    return None if choice is None else (subject, choice)


def choices_in(text: str) -> tuple[str, ...]:
    """Return the values that a sentence lists as good ones, in its order."""
    for cue in _CUE.finditer(text):
        opening = _OPENING.match(text, cue.end())
        start = opening.end() if opening is not None else cue.end()
        quoted = tuple(_listed(text, start, _QUOTED))
        if quoted:
            return quoted
        bare = tuple(_listed(text, start, _BARE))
        marked = bool(text[cue.end() : start].strip())
        if bare and (len(bare) > 1 or marked) and bare[0].lower() not in _KINDS:
            return bare
    return ()


def _listed(text: str, at: int, item: re.Pattern[str]) -> Iterator[str]:
    """Yield what stands at a place, one after the other, with nothing but commas and the like between."""
    for _ in range(_MOST):
        match = item.match(text, at)
        if match is None:
            return
        yield next(filter(None, match.groups()), match[0])
        between = _BETWEEN.match(text, match.end())
        at = between.end() if between is not None else match.end()
        if at == match.end() or not text[match.end() : at].strip():
            return


def subject_of(text: str, arguments: Arguments) -> str:
    """The argument that a text is about: its value, its name or best both stand there. Nothing where several fit equally."""
    said, plain = {*re.findall(r"[\w.-]+", text), *text.split()}, plain_name(text)
    ranks: dict[str, int] = {}
    for subject, value in _text_arguments(arguments):
        name = plain_name(name_of(subject))
        is_named = len(name) > 1 and name in plain
        ranks[subject] = (value in said) + is_named
    best = max(ranks.values(), default=0)
    found = [subject for subject, rank in ranks.items() if rank == best]
    return found[0] if best and len(found) == 1 else ""


def _text_arguments(arguments: Arguments) -> Iterator[tuple[str, str]]:
    """Yield the subject and the value of each parameter, and of each member of the body, that is a text."""
    body = arguments.get("body")
    members = [f"body/{name}" for name in body] if isinstance(body, dict) else []
    for subject in (*(key for key in arguments if key != "body"), *members):
        value = value_at(arguments, subject)
        if isinstance(value, str):
            yield subject, value
