"""Texts that a pattern refuses, though some come close: another case, a blank, a character that only looks right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

_LOOKALIKES: Final = {
    "a": "\u0430",
    "e": "\u0435",
    "o": "\u043e",
    "0": "\u0660",
    "1": "\u0661",
    "A": "\u0391",
    "-": "\u2010",
    "_": "\uff3f",
}


def off_pattern(patterns: Sequence[str], good: Sequence[str], sample: str) -> Iterator[tuple[str, str, int]]:
    """Yield texts made from `good` ones, of which `sample` is one, each with a note and its rank; 0 is told first.

    Whether a pattern refuses one is for the caller to see.
    """
    letter = next((char for text in good for char in text if char in _LOOKALIKES), "")
    host = next((text for text in good if letter and letter in text), sample)
    longest = max(good, key=len, default="a")
    for text, note, rank in (
        ("!", "a character that the pattern does not know", 0),
        (sample + "!", "a character that the pattern does not know, at the end", 1),
        ("!" + sample, "a character that the pattern does not know, in front", 1),
        (sample + " ", "a space behind", 2),
        (sample + "\n", "a line feed behind", 2),
        (" " + sample, "a space in front", 3),
        (host.replace(letter, _LOOKALIKES[letter], 1) if letter else "é", "a character that only looks right", 2),
        ("", "empty", 2),
        (sample + "é", "a letter beyond ASCII", 2),
        (sample + "-", "a hyphen behind", 3),
        (longest + longest[-1], "one character too many", 1),
        (sample.swapcase(), "another case", 3),
    ):
        if not _is_of_a_class(patterns, text):
            yield text, note, rank


def _is_of_a_class(patterns: Sequence[str], text: str) -> bool:
    r"""Whether a text has what is of a class in another script: `\d`, `\w` and `\s` are ASCII in a document alone.

    To the regular expressions of many servers (Python, Rust, .NET) they are digits, letters and blanks of any script.
    """
    beyond = [char for char in text if not char.isascii()]
    return any(
        mark in pattern and any(map(holds, beyond))
        for pattern in patterns
        for mark, holds in ((r"\d", str.isdecimal), (r"\w", str.isalnum), (r"\s", str.isspace))
    )
