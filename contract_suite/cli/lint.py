"""`contract-suite lint`: contracts judged by themselves."""

from __future__ import annotations

import json

import click

from contract_suite.model.source import Level


@click.command(short_help="Judge contracts by themselves.")
@click.argument("contracts", nargs=-1, metavar="[FAMILY|DOCUMENT]...")
@click.option("--strict", is_flag=True, help="Let advisories fail too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of lines.")
def lint(contracts: tuple[str, ...], *, strict: bool, as_json: bool) -> int:
    """Judge families or OpenAPI documents by the rules in `contract-suite list rules`.

    Without arguments, every family is judged.

    Prints one line for each problem: file:line, level, rule, sentence. Ends with 0 if there is no failure, 1 if there
    is one.
    """
    from contract_suite.contract.family import families
    from contract_suite.rules.catalogue import RULES
    from contract_suite.rules.rule import judge
    from contract_suite.runner.documents import open_contract

    loaded = [open_contract(name) for name in dict.fromkeys(contracts or families())]
    problems = [problem for contract in loaded for problem in judge(contract, RULES)]
    failures = sum(strict or problem.level is Level.FAILURE for problem in problems)
    if as_json:
        rows = [
            {
                "file": each.location.file,
                "line": each.location.line,
                "pointer": each.location.pointer,
                "level": each.level.value,
                "rule": each.rule,
                "message": each.message,
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
    for each in problems:
        click.echo(f"{each.location.place}: {each.level.value}: {each.rule}: {each.message}")
    advisories = len(problems) - sum(each.level is Level.FAILURE for each in problems)
    click.echo(
        f"{len(loaded)} document{'s' * (len(loaded) != 1)}, {len(RULES)} rules: "
        f"{len(problems) - advisories} failure{'s' * (len(problems) - advisories != 1)}, "
        f"{advisories} advisor{'y' if advisories == 1 else 'ies'}"
    )
    return 1 if failures else 0
