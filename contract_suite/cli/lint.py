"""`contract-suite lint`: contracts judged by themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contract_suite.cli.options import table_options
from contract_suite.model.json import JSON
from contract_suite.model.source import Level
from contract_suite.runner.options.option_table import Door

if TYPE_CHECKING:
    from contract_suite.rules.rule import LintProblem

_SHOWN = 3


@click.command(short_help="Judge contracts by themselves.")
@click.argument("contracts", nargs=-1, metavar="[FAMILY|DOCUMENT]...")
@table_options(Door.RUN, "overlay")
@click.option("--strict", is_flag=True, help="Let advisories fail too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of lines.")
def lint(contracts: tuple[str, ...], *, overlays: tuple[Path, ...], strict: bool, as_json: bool) -> int:
    """Judge families or OpenAPI documents by the rules in `contract-suite list rules`.

    Without arguments, every family is judged.

    Prints one line for each problem, failures before advisories: file:line, level, rule, sentence. In a document of one
    line the place is a JSON Pointer. What has one cause is one problem, with its other places counted. Ends with 0 if
    there is no failure, 1 if there is one.
    """
    from contract_suite.contract.family import families
    from contract_suite.rules.catalogue import RULES
    from contract_suite.rules.rule import judge
    from contract_suite.runner.documents import open_contract

    loaded = [open_contract(name, overlays=overlays) for name in dict.fromkeys(contracts or families())]
    problems = [problem for contract in loaded for problem in judge(contract, RULES)]
    failures = sum(strict or problem.level is Level.FAILURE for problem in problems)
    if as_json:
        rows = [
            {
                **_place(each),
                "level": each.level.value,
                "rule": each.rule,
                "message": each.message,
                "others": [{"message": other.message, **_place(other)} for other in each.others],
            }
            for each in problems
        ]
        click.echo(
            json.dumps(
                {"documents": [contract.file for contract in loaded], "rules": len(RULES), "problems": rows},
                ensure_ascii=False,
                indent=2,
            )
        )
        return 1 if failures else 0
    for each in sorted(problems, key=lambda problem: problem.level is not Level.FAILURE):
        click.echo(f"{each.location.place}: {each.level.value}: {each.rule}: {each.message}{_others(each)}")
    advisories = len(problems) - sum(each.level is Level.FAILURE for each in problems)
    click.echo(
        f"{len(loaded)} document{'s' * (len(loaded) != 1)}, {len(RULES)} rules: "
        f"{len(problems) - advisories} failure{'s' * (len(problems) - advisories != 1)}, "
        f"{advisories} advisor{'y' if advisories == 1 else 'ies'}"
    )
    return 1 if failures else 0


def _place(problem: LintProblem) -> dict[str, JSON]:
    return {
        "file": problem.location.file,
        "line": problem.location.line,
        "pointer": problem.location.pointer,
    }


def _others(problem: LintProblem) -> str:
    """Name the first of the places that a problem stands for, and count them all."""
    if not problem.others:
        return ""
    first = ", ".join(each.location.place for each in problem.others[:_SHOWN])
    return f" (and {len(problem.others)} more: {first}{', …' if len(problem.others) > _SHOWN else ''})"
