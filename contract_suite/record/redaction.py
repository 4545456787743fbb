"""Takes secrets out of text: those that are known, in every form they travel in, and whatever looks like a key.

A known secret is replaced wherever it stands: a blurred record beats a leaked key. Names that a document gives to its
operations and clauses are not looked at, and what a run makes up for a password of its own is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Final
from urllib.parse import unquote

from contract_suite.known_secrets import KNOWN, REDACTED
from contract_suite.model.exchange import NoResponse, Pairs, Request, Response
from contract_suite.model.json import JSON, compact
from contract_suite.record.absence import literal, without
from contract_suite.record.hits import agreeing, around, merged, outermost
from contract_suite.record.lookalikes import (
    CREDENTIAL_HEADER,
    MARKERS,
    SCHEMES,
    SECRET_NAME,
    Judge,
    bare,
    credentials,
    is_named,
    replaced,
    values,
)
from contract_suite.record.needles import HEAD, LONG, Needle, Where, needles, spread_needles
from contract_suite.record.pieces import SHORTEST, Pieces
from contract_suite.record.spellings import layers
from contract_suite.record.spread import spread_out, squeezed

__all__ = ["REDACTED", "Redactor", "credentials_of", "hide"]


class Redactor:
    """Replaces secrets. `secrets` maps each known value to what stands in its place, such as `$API_KEY`."""

    def __init__(
        self,
        secrets: Mapping[str, str] | None = None,
        *,
        names: Iterable[str] = (),
        own_requests: bool = False,
        looks: bool = True,
    ) -> None:
        """Work out the forms of the known secrets.

        `names` are those of a document; none of them is taken for a short secret. `own_requests` says that whatever
        looks like a secret in a request was made up for it, and is none; without `looks`, only known secrets count.
        """
        self._names = frozenset(names)
        self._looks = looks
        self._own_requests = own_requests
        self._made_up: set[str] = set()
        self._learned: set[str] = set()
        self._known: dict[str, str] = {}
        self.learn(secrets or {})

    def learn(self, secrets: Mapping[str, str]) -> None:
        """Know more secrets, such as a key that was fetched meanwhile."""
        known = {**self._known, **{value: name for value, name in secrets.items() if value}}
        if self._known and known == self._known:
            return
        self._known, own = known, self._names
        self._needles = tuple(each for value, name in known.items() for each in needles(value, name, names=own))
        self._heads = {_octets(value)[:_HEAD]: name for value, name in known.items() if len(value) > _HEAD}
        self._secrets = {_octets(value): name for value, name in known.items()}
        self._shown = sorted({*known.values(), REDACTED}, key=len, reverse=True)
        self._pieces = tuple(Pieces(_octets(value), name) for value, name in known.items() if len(value) >= SHORTEST)
        self._digits = {each: each[:2] for each in self._secrets if _DIGITS.match(each) and len(each) > LONG}
        anchors = (anchor for each in self._pieces for anchor in each.anchors)
        tails = (each[2 : 2 + HEAD] for each in self._digits)
        patterns = list(
            map(literal, dict.fromkeys((*self._heads, *tails, *anchors, *(each.head for each in self._needles))))
        )
        self._clean = without(patterns)
        self._spread = {form: name for value, name in known.items() for form in spread_needles(value)}
        self._unspread = without(literal(form[:HEAD]) for form in self._spread)

    def __repr__(self) -> str:
        """Say how many secrets it knows, and none of them."""
        return f"Redactor({len(self._secrets)} secrets)"

    def touches(self, data: bytes) -> bool:
        """Whether anything in `data` may have to be replaced: quick, and never wrong when it says no."""
        text = data.decode("latin-1")
        if self._looks and not _PLAIN.is_valid(text):
            return True
        return bool(self._needles) and not all(
            self._clean.is_valid(layer) and self._unspread.is_valid(squeezed(layer)) for layer in layers(text)
        )

    def text(self, text: str) -> str:
        """Return `text` without secrets."""
        return self._text(text, self._is_secret)

    def data(self, data: bytes) -> bytes:
        """Return `data` without secrets; bytes that are no UTF-8 are searched all the same and otherwise kept."""
        return self._data(data, self._is_secret)

    def headers(self, headers: Pairs) -> Pairs:
        """Return header fields without secrets; of a header that carries credentials only the scheme is left."""
        return self._headers(headers, self._is_secret)

    def request(self, request: Request) -> Request:
        """Return a request without secrets."""
        judge = self._is_known if self._own_requests else self._is_secret
        if self._own_requests:
            self._remember(request)
        return replace(
            request,
            method=self._text(request.method, judge),
            target=self._text(request.target, judge),
            headers=self._headers(request.headers, judge),
            body=self._data(request.body, judge),
        )

    def answer(self, answer: Response | NoResponse) -> Response | NoResponse:
        """Return what came back without secrets."""
        if isinstance(answer, NoResponse):
            return replace(answer, message=self.text(answer.message), received=self.data(answer.received))
        return replace(
            answer, reason=self.text(answer.reason), headers=self.headers(answer.headers), body=self.data(answer.body)
        )

    def value(self, value: JSON) -> JSON:
        """Return parsed JSON without secrets, the values of members that are named like one included."""
        if isinstance(value, str):
            return self._whole(value)
        if not isinstance(value, list | dict) or not value or not self._touches_json(value):
            return value
        if isinstance(value, list):
            return [self.value(each) for each in value]
        return {self.text(key): self._member(key, each) for key, each in value.items()}

    def line(self, line: dict[str, JSON]) -> dict[str, JSON]:
        """Return a line of a record without secrets. What a document names stays as it is."""
        if not self._touches_json(line):
            return line
        return {key: self._of_line(key, each) for key, each in line.items()}

    def _of_line(self, key: str, value: JSON) -> JSON:
        if key in _NAMES:
            return value
        if key == "curl" and isinstance(value, str) and self._own_requests:
            return self._text(value, self._is_known)
        if isinstance(value, dict):
            return (
                {each: self._of_line(each, inner) if each != key else inner for each, inner in value.items()}
                if (key not in _GIVEN)
                else self.value(value)
            )
        if isinstance(value, list):
            return [
                {each: self._of_line(each, inner) for each, inner in one.items()}
                if isinstance(one, dict)
                else self.value(one)
                for one in value
            ]
        return self.value(value)

    def _member(self, key: str, value: JSON) -> JSON:
        if isinstance(value, str) and value and SECRET_NAME.fullmatch(key) and not is_named(value):
            return REDACTED if self._looks and self._is_secret(value) else self._whole(value)
        return self.value(value)

    def _whole(self, value: str) -> str:
        """A text that is a value: it may be a short secret as a whole."""
        return self._secret(value) or self.text(value)

    def _secret(self, value: str) -> str:
        """The name of the secret that a value is as a whole, however it is written; empty if it is none."""
        if not value or len(value) > _LONGEST_WHOLE:
            return ""
        return next((self._secrets[each] for each in layers(_octets(value)) if each in self._secrets), "")

    def _touches_json(self, value: JSON) -> bool:
        """Look at a whole list or object at once, as JSON text."""
        return self.touches(compact(value).encode("utf-8", "surrogatepass"))

    def _text(self, text: str, judge: Judge) -> str:
        data = text.encode("utf-8", "surrogatepass")
        if not self.touches(data):
            return text
        cleaned = self._hidden(data)
        return self._seemly(text if cleaned is data else cleaned.decode("utf-8", "replace"), judge)

    def _data(self, data: bytes, judge: Judge) -> bytes:
        if not self.touches(data):
            return data
        data = self._hidden(data)
        try:
            text, encoding = data.decode(), "utf-8"
        except UnicodeDecodeError:
            text, encoding = data.decode("latin-1"), "latin-1"
        return self._seemly(text, judge).encode(encoding, "replace")

    def _seemly(self, text: str, judge: Judge) -> str:
        return replaced(text, judge) if self._looks else text

    def _headers(self, headers: Pairs, judge: Judge) -> Pairs:
        return tuple((self._text(name, judge), self._header(name, value, judge)) for name, value in headers)

    def _header(self, name: str, value: str, judge: Judge) -> str:
        whole = self._secret(value)
        if whole:
            return whole
        if not CREDENTIAL_HEADER.fullmatch(name.strip()) or not value.strip():
            return self._text(value, judge)
        known = self._hidden(value.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
        scheme, space, rest = known.strip().partition(" ")
        if space and scheme.lower() in SCHEMES and self._secret(rest.strip()):
            known = f"{scheme} {self._secret(rest.strip())}"
        if known != value and not self._leftover(known):
            return known
        return credentials(value if known == value or judge(bare(value)) else known, judge)

    def _leftover(self, value: str) -> str:
        """What is left of a credential beside its scheme and the names of known secrets."""
        for name in self._shown:
            value = value.replace(name, "")
        return "" if value.strip().lower() in SCHEMES or not value.strip() else value

    def _is_secret(self, value: str) -> bool:
        """Whether what looks like a secret is one: everything but what the run made up, and a document's names."""
        text = value.strip('"')
        if text in self._made_up or text in self._names:
            return False
        if self._own_requests and LONG < len(text) <= _LONGEST_WHOLE and len(self._learned) < _MOST_REMEMBERED:
            self._learned.add(text)
        return True

    def _is_known(self, value: str) -> bool:
        """Whether what looks like a secret in a request of the run came from the server, which may have meant it so."""
        return value.strip('"') in self._learned

    def _remember(self, request: Request) -> None:
        """Keep what the run made up and sent in the place of a secret, so that it is not taken for one when it comes back."""
        if len(self._made_up) >= _MOST_REMEMBERED:
            return
        texts = [request.target, request.body.decode("utf-8", "replace")]
        found = [each for text in texts if self.touches(text.encode("utf-8", "surrogatepass")) for each in values(text)]
        found += [bare(value) for name, value in request.headers if CREDENTIAL_HEADER.fullmatch(name.strip())]
        for each in found:
            made_up = unquote(each.strip('"'))
            if made_up not in self._learned and len(made_up) <= _LONGEST_WHOLE:
                self._made_up |= {made_up, each.strip('"')}

    def _hidden(self, data: bytes) -> bytes:
        """Replace known secrets, however they are written."""
        if not self._needles:
            return data
        found: list[tuple[int, int, str]] = []
        every = list(layers(data.decode("latin-1")))
        for depth, text in enumerate(every):
            found += outermost(every[:depth], list(self._found(text)))
            if depth:
                headless = outermost(every[:depth], list(self._headless(text)))
                found += [
                    (begin - 2, end, self._secrets[value])
                    for begin, end, value in headless
                    if begin > 1 and every[0].startswith(self._digits[value], begin - 2)
                ]
        text = every[0]
        pieces: list[str] = []
        done = 0
        for begin, end, name in merged(found):
            pieces += [text[done:begin], name]
            done = end
        return "".join([*pieces, text[done:]]).encode("latin-1") if pieces else data

    def _found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield in order where secrets stand in a text, none over another."""
        hits: list[tuple[int, int, str]] = []
        for needle in self._needles:
            head, at = needle.head, 0
            while (at := text.find(head, at)) >= 0:
                begin, end = around(text, at, at + agreeing(text, at, needle.text), needle.run)
                if needle.where is Where.ANYWHERE or _stands(text, begin, end, needle):
                    hits.append((begin, end, needle.name))
                at = max(end, at + 1)
                if len(hits) > _MOST_HITS:
                    break
        hits += self._cut_off(text)
        for pieces in self._pieces:
            hits += islice(pieces.found(text), _MOST_HITS + 1)
        hits += islice(self._spread_out(text), _MOST_HITS + 1)
        yield from merged(hits) if len(hits) <= _MOST_HITS else [(0, len(text), REDACTED)]

    def _spread_out(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield in order where secrets are spread out, with signs between their characters."""
        inner = squeezed(text)
        if self._unspread.is_valid(inner):
            return
        found = (hit for form, name in self._spread.items() for hit in _all(inner, form, name))
        hits = list(merged(islice(found, 2 * _MOST_HITS)))
        names = (name for _, _, name in hits)
        for (begin, end), name in zip(spread_out(text, [hit[:2] for hit in hits]), names, strict=True):
            yield begin, end, name

    def _cut_off(self, text: str) -> Iterator[tuple[int, int, str]]:
        """The beginnings of secrets at the end of a text, or of one that was cut there."""
        for head, name in self._heads.items():
            whole = next(value for value in self._secrets if value.startswith(head))
            for end, mark in _CUTS:
                if mark and mark not in text:
                    continue
                for match in end.finditer(text):
                    begin = text.rfind(head, max(0, match.start() - len(whole)), match.start())
                    if begin >= 0 and whole.startswith(text[begin : match.start()]):
                        yield begin, match.start(), name

    def _headless(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Secrets without their first two digits, which a "%" before them made an escape; the name is the secret."""
        hits: list[tuple[int, int, str]] = []
        for value in self._digits:
            tail, at = value[2:], 0
            while (at := text.find(tail, at)) >= 0:
                hits.append((at, at + len(tail), value))
                at += len(tail)
        yield from merged(hits)


def hide(text: str) -> str:
    """Return a text that is about to leave the process without any secret that this process knows of."""
    names = KNOWN.names
    return _of_process(tuple(names.items())).text(text) if names else text


def credentials_of(headers: Pairs) -> dict[str, str]:
    """Return the credentials that header fields carry, so that they are known wherever else they stand."""
    found: dict[str, str] = {}
    for name, value in headers:
        if CREDENTIAL_HEADER.fullmatch(name.strip()) and not is_named(value):
            parts = [bare(value)]
            if name.strip().lower() in {"cookie", "set-cookie"}:
                cookies = value.split(";") if name.strip().lower() == "cookie" else value.split(";")[:1]
                parts = [each.partition("=")[2].strip() for each in cookies]
            found |= {each: REDACTED for each in parts if len(each) >= LONG}
    return found


_HEAD: Final = 8
"""So much of the beginning of a secret is a secret too, where the rest was cut off."""
_LONGEST_WHOLE: Final = 4096
_MOST_HITS: Final = 20_000
"""A text that holds more secrets is replaced as a whole."""
_MOST_REMEMBERED: Final = 10_000
_DIGITS: Final = re.compile("[0-9A-Fa-f]{2}")
_CUTS: Final = ((re.compile("\xe2\x80\xa6"), "\xe2\x80\xa6"), (re.compile(r"\Z"), ""))
_WORD: Final = re.compile("[A-Za-z0-9_-]")
_PLAIN: Final = without([MARKERS])
_AFTER_NAME: Final = re.compile(r"\s*:")

_NAMES: Final = frozenset(
    {"aim", "check", "clause", "clauses", "family", "file", "id", "judge", "kind", "level", "method", "operation"}
    | {"operations", "outcome", "path", "pointers", "source", "stage", "statuses", "subject", "tool", "type", "version"}
    | {"names"}
)
"""Members of a record's lines whose values are names: of the document, or our own."""
_GIVEN: Final = frozenset({"options"})
"""Members of a record's lines that hold what the user gave."""


@lru_cache(maxsize=4)
def _of_process(known: tuple[tuple[str, str], ...]) -> Redactor:
    return Redactor(dict(known), looks=False)


def _octets(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def _all(text: str, form: str, name: str) -> Iterator[tuple[int, int, str]]:
    """Yield wherever a form of a secret stands."""
    head, at = form[:HEAD], 0
    while (at := text.find(head, at)) >= 0:
        size = agreeing(text, at, form)
        yield at, at + size, name
        at += size


def _stands(text: str, begin: int, end: int, needle: Needle) -> bool:
    """Whether a short secret stands by itself: as a word, or between the marks of a value."""
    before, after = text[begin - 1 : begin] if begin else "", text[end : end + 1]
    if needle.where is Where.WORD:
        return not _WORD.match(before) and not _WORD.match(after)
    if before in {'"', "'"} and after == before:
        return _AFTER_NAME.match(text, end + 1) is None
    return (not before or before == "=") and (not after or after in "&;#")
