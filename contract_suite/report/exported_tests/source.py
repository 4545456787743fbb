"""A finding as the source text of a test.

The rule that must not be broken: every text of a server, a document or a user stands there as a literal or as a comment
of printable characters on one line, so that nothing of it can be executed.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote, unquote

from contract_suite.model.exchange import Identity
from contract_suite.model.finding import Finding
from contract_suite.model.run import RecordedExchange
from contract_suite.report.exported_tests.assertions import RESPONSE, assertion
from contract_suite.report.exported_tests.credentials import Keys
from contract_suite.report.exported_tests.steps import Step
from contract_suite.report.plain import visible
from contract_suite.report.telling import as_sentence

_LONGEST_NAME: Final = 80
_LONGEST_TEXT: Final = 200
_LONGEST_LINE: Final = 110
_LONGEST_BODY: Final = 20_000


def plain_test(finding: Finding, steps: Sequence[Step], keys: Keys, notes: Sequence[str]) -> str:
    """Return a test that needs nothing but the standard library; empty where there can be none.

    `notes` are sentences about the finding for whoever reads the test.
    """
    if not steps:
        return ""
    response = steps[-1].exchange.response
    senders = {(each.recorded.family, each.exchange.request.identity) for each in steps}
    claim = assertion(finding, response) if response is not None and not finding.flaky else ()
    longest = max(len(each.exchange.request.body) for each in steps)
    if not claim or not senders <= keys.keys() or longest > _LONGEST_BODY:
        return ""
    body = list(_body(steps, keys))
    return "\n".join([*_head(finding, notes), "    with Api() as api:", *body, *(f"    {each}" for each in claim), ""])


def replayed_test(finding: Finding, notes: Sequence[str]) -> str:
    """Return a test that lets contract-suite judge; `notes` as above."""
    return "\n".join([*_head(finding, notes), f"    replay({finding.id!r})", ""])


def _head(finding: Finding, notes: Sequence[str]) -> Iterator[str]:
    words = re.sub(r"[^a-z0-9]+", "_", _spaced(finding.headline).lower()).strip("_")
    yield f"def test_{finding.id[:8]}_{words[:_LONGEST_NAME].strip('_')}():"
    for each in (
        f"{finding.headline}.",
        f"{finding.document.place}: {as_sentence(finding.text)}",
        finding.message,
        *notes,
    ):
        yield f"    # {visible(each, limit=_LONGEST_TEXT)}"


def _spaced(text: str) -> str:
    """The text with a blank between the words of a camel-cased name."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)


def _body(steps: Sequence[Step], keys: Keys) -> Iterator[str]:
    names: dict[str, str] = {}
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        kept = f"{RESPONSE} = " if last or step.made else ""
        yield from _call(f"        {kept}api.send(", step.recorded, names, keys)
        for value, pointer in step.made.items():
            names[value] = _name(pointer, set(names.values()))
            yield f"        {names[value]} = {RESPONSE}.value({pointer!r})"
        if step.undo is not None:
            yield from _call("        api.finally_send(", step.undo, names, keys)


def _call(begin: str, recorded: RecordedExchange, names: Mapping[str, str], keys: Keys) -> Iterator[str]:
    request = recorded.exchange.request
    words = [repr(request.method), _target(request.target, names)]
    if request.headers:
        words.append(f"headers={list(request.headers)!r}")
    if request.body:
        words.append(f"body={_bytes(request.body, names)}")
    key = key_name(recorded.family, request.identity, keys)
    if key != usual_key(keys):
        words.append(f"key={key!r}")
    line = f"{begin}{', '.join(words)})"
    if len(line) <= _LONGEST_LINE:
        yield line
        return
    yield begin
    yield from (f"            {word}," for word in words)
    yield "        )"


def usual_key(keys: Keys) -> str:
    """Return what the keys are called that a request carries where it names none."""
    family = next((name for name, _ in keys), "")
    return key_name(family, Identity.DEFAULT, keys)


def key_name(family: str, identity: Identity, keys: Keys) -> str:
    """Return what the keys of a family and an identity are called in a file."""
    several = len({name for name, _ in keys}) > 1
    return f"{family} {identity.value}" if several else identity.value


def _target(target: str, names: Mapping[str, str]) -> str:
    path, mark, query = target.partition("?")
    segments = path.split("/")
    if not any(unquote(each) in names for each in segments):
        return repr(target)
    shown = [f"{{{names[unquote(each)]}}}" if unquote(each) in names else _braced(each) for each in segments]
    return f"f{('/'.join(shown) + _braced(mark + query))!r}"


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _bytes(body: bytes, names: Mapping[str, str]) -> str:
    literal = repr(body)
    for value, name in names.items():
        quoted = b'"' + value.encode() + b'"'
        if quoted in body and quote(value, safe="") == value:
            literal += f".replace({quoted!r}, f'\"{{{name}}}\"'.encode())"
    return literal


def _name(pointer: str, taken: set[str]) -> str:
    word = re.sub(r"\W+", "_", _spaced(pointer.rpartition("/")[2])).strip("_").lower()
    word = word if word.isidentifier() and word.isascii() and not keyword.iskeyword(word) else f"made_{word}".strip("_")
    word = word if word.isidentifier() and word.isascii() else "made"
    reserved = {*taken, RESPONSE, "api", "json", "os", "sys", "re", "quote", "pytest", "value", "has"}
    name, number = word, 2
    while name in reserved:
        name, number = f"{word}_{number}", number + 1
    return name
