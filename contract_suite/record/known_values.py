"""Known secrets, and where they stand in a text: whole, cut off, in pieces, spread out, in every form they travel in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from contract_suite.known_secrets import REDACTED
from contract_suite.record.absence import literal, without
from contract_suite.record.hits import agreeing, around, merged, outermost
from contract_suite.record.needles import HEAD, LONG, Needle, Where, needles, spread_needles
from contract_suite.record.pieces import SHORTEST, Pieces
from contract_suite.record.spellings import layers, swallowed
from contract_suite.record.spread import spread_out, squeezed

LONGEST_WHOLE: Final = 4096
"""A longer text is no secret as a whole."""
_HEAD: Final = 8
"""So much of the beginning of a secret is a secret too, where the rest was cut off."""
_MOST_HITS: Final = 20_000
"""A text that holds more secrets is replaced as a whole."""
_LEFT: Final = LONG - 1
"""So much of a secret must be left of it where an escape took its beginning."""
_CUTS: Final = ((re.compile("\xe2\x80\xa6"), "\xe2\x80\xa6"), (re.compile(r"\Z"), ""))
_WORD: Final = re.compile("[A-Za-z0-9_-]")
_AFTER_NAME: Final = re.compile(r"\s*:")


class KnownValues:
    """The secrets that are known, each with what stands in its place, such as `$API_KEY`.

    `shown` is all that may stand in the place of one, the longest first.
    """

    def __init__(self, secrets: Mapping[str, str], *, names: frozenset[str]) -> None:
        """Work out the forms of the secrets. None of the `names`, which are a document's, is taken for a short one."""
        self._needles = tuple(each for value, name in secrets.items() for each in needles(value, name, names=names))
        self._heads = {_octets(value)[:_HEAD]: name for value, name in secrets.items() if len(value) > _HEAD}
        self._secrets = {_octets(value): name for value, name in secrets.items()}
        self.shown = sorted({*secrets.values(), REDACTED}, key=len, reverse=True)
        self._pieces = tuple(Pieces(_octets(value), name) for value, name in secrets.items() if len(value) >= SHORTEST)
        self._headless = [
            (each, size) for each in self._secrets for size in swallowed(each) if len(each) - size >= _LEFT
        ]
        """Secrets, and how much of their beginning the escape takes that a "%" or a backslash right before them makes."""
        anchors = (anchor for each in self._pieces for anchor in each.anchors)
        tails = (each[size : size + HEAD] for each, size in self._headless)
        patterns = list(
            map(literal, dict.fromkeys((*self._heads, *tails, *anchors, *(each.head for each in self._needles))))
        )
        self._clean = without(patterns)
        self._spread = {form: name for value, name in secrets.items() for form in spread_needles(value)}
        self._unspread = without(literal(form[:HEAD]) for form in self._spread)

    def touch(self, text: str) -> bool:
        """Whether any of them may stand in `text`, a character an octet: quick, and never wrong when it says no."""
        return bool(self._needles) and not all(
            self._clean.is_valid(layer) and self._unspread.is_valid(squeezed(layer)) for layer in layers(text)
        )

    def name_of(self, value: str) -> str:
        """Return the name of the secret that a value is as a whole, however it is written; empty if it is none."""
        if not value or len(value) > LONGEST_WHOLE:
            return ""
        return next((self._secrets[each] for each in layers(_octets(value)) if each in self._secrets), "")

    def hidden_in(self, data: bytes) -> bytes:
        """Return `data` with names in place of secrets, however they are written; the same object where none is in it."""
        whole = data.decode("latin-1")
        if not self.touch(whole):
            return data
        found: list[tuple[int, int, str]] = []
        every = list(layers(whole))
        for depth, text in enumerate(every):
            found += outermost(every[:depth], list(self._found(text)))
            for value, size in self._headless if depth else ():
                hits = islice(_all(text, value[size:], self._secrets[value]), _MOST_HITS)
                found += [
                    (begin - size, end, name)
                    for begin, end, name in outermost(every[:depth], list(hits))
                    if begin >= size and every[0].startswith(value[:size], begin - size)
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
