"""`contract-suite lint`: contracts judged by themselves."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contract_suite.cli.options import allow_refs, contract_options, contracts_argument
from contract_suite.contract.naming.suggestion import did_you_mean, see
from contract_suite.errors import UsageError
from contract_suite.model.source import Level

if TYPE_CHECKING:
    from contract_suite.rules.rule import Rule


@click.command(short_help="Check documents by themselves.")
@contracts_argument
@contract_options("overlay")
@click.option("--strict", is_flag=True, help="Treat advisories as failures.")
@allow_refs
@click.option("--select", "selected", multiple=True, metavar="RULES", help="Check these rules only, as in `a,b`.")
@click.option("--ignore", "ignored", multiple=True, metavar="RULES", help="Check all rules except these.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("full", "concise", "json", "sarif")),
    help="How problems are printed.  [default: full on a terminal, else concise]",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("-q", "--quiet", is_flag=True, help="Print one line at the end.")
def lint(
    contracts: tuple[str, ...],
    *,
    overlays: tuple[Path, ...],
    folders: tuple[Path, ...],
    strict: bool,
    selected: tuple[str, ...],
    ignored: tuple[str, ...],
    form: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Check families or OpenAPI documents against the rules in `contract-suite list rules`.

    Without arguments, the contracts of the configuration file are checked; without one, every family.

    Prints each problem, failures before advisories: file, line, level, rule and sentence, and on a terminal an excerpt
    with the place marked. In a document of one line the place is a JSON Pointer. What has one cause is one problem, with its
    other places counted. Ends with 0 if there is no failure, 1 if there is one.
    """
    from contract_suite.cli import lint_output
    from contract_suite.contract.family import families
    from contract_suite.rules.catalogue import RULES
    from contract_suite.rules.rule import judge
    from contract_suite.runner.documents import open_contract
    from contract_suite.runner.run import tool_version

    rules = _chosen(RULES, selected, ignored)
    loaded = [
        open_contract(name, overlays=overlays, folders=folders) for name in dict.fromkeys(contracts or families())
    ]
    found = [problem for contract in loaded for problem in judge(contract, rules)]
    problems = sorted(found, key=lambda problem: problem.level is not Level.FAILURE)
    chosen = "json" if as_json else form or ("full" if sys.stdout.isatty() else "concise")
    if chosen == "json":
        click.echo(lint_output.as_json(found, [contract.file for contract in loaded], len(rules)))
    elif chosen == "sarif":
        click.echo(lint_output.as_sarif(problems, rules, tool_version()))
    elif quiet:
        *_, last = lint_output.summary(problems, len(loaded), len(rules))
        click.echo(last)
    else:
        for each in problems:
            click.echo(lint_output.concise(each))
            for line in lint_output.excerpt(each) if chosen == "full" else ():
                click.echo(line)
        for line in lint_output.summary(problems, len(loaded), len(rules)):
            click.echo(line)
    return 1 if any(strict or problem.level is Level.FAILURE for problem in problems) else 0


def _chosen(rules: Sequence[Rule], selected: Sequence[str], ignored: Sequence[str]) -> tuple[Rule, ...]:
    """The rules that were asked for, in their usual order."""
    wanted, unwanted = (
        [name.strip() for each in given for name in each.split(",") if name.strip()] for given in (selected, ignored)
    )
    names = [rule.name for rule in rules]
    for name in (*wanted, *unwanted):
        if name not in names:
            raise UsageError(see(f"there is no rule {name!r}{did_you_mean(name, names)}", "contract-suite list rules"))
    return tuple(rule for rule in rules if (not wanted or rule.name in wanted) and rule.name not in unwanted)
