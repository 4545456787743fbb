"""Where secrets were found in a text, as begin, end and name: led out of a layer of spellings, and put in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contract_suite.record.spellings import outer


def outermost(around: list[str], hits: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return where hits in the innermost layer stand in the outermost one."""
    for text in reversed(around):
        spans = outer(text, [(begin, end) for begin, end, _ in hits])
        hits = [(begin, end, name) for (begin, end), (_, _, name) in zip(spans, hits, strict=True)]
    return hits


def merged(hits: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Put hits in order; those that overlap become one, under the name of the longest."""
    current: tuple[int, int, str] | None = None
    longest = 0
    for begin, end, name in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if current is None or begin >= current[1]:
            if current is not None:
                yield current
            current, longest = (begin, end, name), end - begin
            continue
        if end - begin > longest:
            current, longest = (current[0], max(current[1], end), name), end - begin
        else:
            current = (current[0], max(current[1], end), current[2])
    if current is not None:
        yield current
