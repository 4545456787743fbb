"""What `lint` prints: problems with an excerpt for people, a line each for programs and logs, JSON, or SARIF."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import click

from contract_suite.cli.pages import quoted
from contract_suite.model.counting import counted
from contract_suite.model.json import JSON, unescape
from contract_suite.model.source import Level
from contract_suite.report.plain import visible

if TYPE_CHECKING:
    from contract_suite.rules.rule import LintProblem, Rule

_SHOWN: Final = 3
_COLOURS: Final = {Level.FAILURE: "red", Level.ADVISORY: "yellow"}
_BEFORE: Final = 1
_AFTER: Final = 1


def concise(problem: LintProblem) -> str:
    """Return a problem on one line, `place: level: rule: sentence`, with colours that a pipe doesn't get."""
    return (
        f"{click.style(visible(problem.location.place), bold=True)}: "
        f"{click.style(problem.level.value, fg=_COLOURS[problem.level])}: "
        f"{click.style(problem.rule, fg='cyan')}: {visible(problem.message)}{_others(problem)}"
    )


def excerpt(problem: LintProblem) -> Iterator[str]:
    """Return the lines of the document around a problem, its own one marked below."""
    line = problem.location.line
    shown = [each for each in quoted(problem.location) if line - _BEFORE <= each[0] <= line + _AFTER]
    width = len(str(line + _AFTER)) if shown else 0
    for number, text in shown:
        yield click.style(f"  {number:>{width}} | ", fg="blue") + visible(text)
        if number == line:
            start, length = _place(text, problem.location.pointer)
            mark = click.style("^" * length, fg=_COLOURS[problem.level])
            yield click.style(f"  {'':>{width}} | ", fg="blue") + " " * start + mark


def summary(problems: Sequence[LintProblem], documents: int, rules: int) -> Iterator[str]:
    """Return how many problems there are of each rule, the most first, and of each level."""
    counts = Counter(each.rule for each in problems)
    width = max((len(f"{count:,}") for count in counts.values()), default=0)
    for rule, count in counts.most_common():
        yield f"  {count:>{width},}  {click.style(rule, fg='cyan')}  docs/rules.md#{rule}"
    failures = sum(each.level is Level.FAILURE for each in problems)
    yield (
        f"{counted(documents, 'document')}, {counted(rules, 'rule')}: "
        f"{counted(failures, 'failure')}, {counted(len(problems) - failures, 'advisory')}"
    )


def as_json(problems: Sequence[LintProblem], documents: Sequence[str], rules: int) -> str:
    """Return all problems as one JSON document."""
    rows: list[JSON] = [
        {
            **_location(each),
            "level": each.level.value,
            "rule": each.rule,
            "message": each.message,
            "others": [{"message": other.message, **_location(other)} for other in each.others],
        }
        for each in problems
    ]
    told: dict[str, JSON] = {"documents": list(documents), "rules": rules, "problems": rows}
    return json.dumps(told, ensure_ascii=False, indent=2)


def as_sarif(problems: Sequence[LintProblem], rules: Sequence[Rule], version: str) -> str:
    """Return all problems as a SARIF 2.1.0 log, for code scanning and editors."""
    places = {rule.name: index for index, rule in enumerate(rules)}
    results: list[JSON] = [
        {
            "ruleId": each.rule,
            "ruleIndex": places[each.rule],
            "level": "error" if each.level is Level.FAILURE else "warning",
            "message": {"text": visible(each.message)},
            "locations": [_physical(each)],
            "relatedLocations": [_physical(other) for other in each.others],
        }
        for each in problems
    ]
    driver: dict[str, JSON] = {
        "name": "contract-suite lint",
        "version": version,
        "rules": [{"id": rule.name, "shortDescription": {"text": rule.title}} for rule in rules],
    }
    log: dict[str, JSON] = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=1)


def _physical(problem: LintProblem) -> dict[str, JSON]:
    place = problem.location
    physical: dict[str, JSON] = {
        "artifactLocation": {"uri": place.file if "://" in place.file else quote(place.file)},
        "region": {"startLine": max(place.line, 1)},
    }
    return {"physicalLocation": physical}


def _place(line: str, pointer: str) -> tuple[int, int]:
    """Where in its line a problem stands: the name that its pointer ends with, or all that is written there."""
    text = line.rstrip()
    start = len(text) - len(text.lstrip())
    name = unescape(pointer.rpartition("/")[2])
    found = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) if name else None
    return (found.start(), len(name)) if found else (start, max(len(text) - start, 1))


def _location(problem: LintProblem) -> dict[str, JSON]:
    place = problem.location
    return {"file": place.file, "line": place.line, "pointer": place.pointer}


def _others(problem: LintProblem) -> str:
    """Name the first of the places that a problem stands for, and count them all."""
    if not problem.others:
        return ""
    first = ", ".join(visible(each.location.place) for each in problem.others[:_SHOWN])
    return f" (and {len(problem.others)} more: {first}{', …' if len(problem.others) > _SHOWN else ''})"
