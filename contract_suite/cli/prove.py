"""`contract-suite prove`: faults planted in the mock, and whether each is found by a clause of its own."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from contract_suite.cli.options import contracts_argument
from contract_suite.model.counting import counted

if TYPE_CHECKING:
    from contract_suite.runner.proving import Proof

_NAME = 44
_CLAUSE = 68


def _share(_context: click.Context, _option: click.Parameter, value: str) -> tuple[int, int]:
    """Read a part of a whole, such as `2/8`: its number, from 1, and how many parts there are."""
    match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", value)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise click.BadParameter(f"'{value}' is no share: write K/N, where K is from 1 to N.")
    return int(match[1]), int(match[2])


@click.command(short_help="Show that every planted fault is found.")
@contracts_argument
@click.option(
    "--fault", "only", multiple=True, metavar="NAME", help="Only this fault: its name, or FAMILY/NAME. May be repeated."
)
@click.option(
    "--share",
    callback=_share,
    default="1/1",
    metavar="K/N",
    help="Only every Nth fault, from the Kth on: N runs with K from 1 to N plant each once.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Requests and the mock's data are made from this number.",
)
@click.option(
    "--processes", type=click.IntRange(1, 64), default=2, show_default=True, metavar="N", help="Run so many at a time."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of a table.")
def prove(
    contracts: tuple[str, ...],
    *,
    only: tuple[str, ...],
    share: tuple[int, int],
    seed: int,
    processes: int,
    as_json: bool,
) -> int:
    """Plant every fault of families or OpenAPI documents in the mock, and run everything against it.

    Without arguments, the faults of every family are planted.

    Prints a line for each fault: whether it was found by a clause of its own and by no unrelated one, by which, with
    how many requests and seconds. Ends with 0 if all were, 1 if not. `contract-suite list faults` tells what each does.
    There is no fuzzing in these runs.
    """
    from contract_suite.contract.family import families, load
    from contract_suite.mock.faults.catalogue import chosen, faults
    from contract_suite.runner.proving import prove_all

    held = {name: load(name) for name in dict.fromkeys(contracts or families())}
    wanted = {fault.name for _, fault in chosen(held.values(), only)}
    names = [
        (name, fault.name)
        for name, contract in held.items()
        for fault in faults(contract)
        if not only or fault.name in wanted
    ]
    proofs: list[Proof] = []
    part, parts = share
    for proof in prove_all(names[part - 1 :: parts], seed=seed, processes=processes):
        proofs.append(proof)
        if not as_json:
            _line(proof)
    proved = sum(each.proved for each in proofs)
    if as_json:
        rows = [{**asdict(each), "proved": each.proved} for each in sorted(proofs, key=lambda each: each.fault)]
        click.echo(json.dumps({"faults": len(proofs), "proved": proved, "proofs": rows}, ensure_ascii=False, indent=2))
    else:
        found = sum(bool(each.found_by) for each in proofs)
        score = 100 * proved / len(proofs) if proofs else 100.0
        click.echo(
            f"{counted(len(proofs), 'fault')}, {found} found, {proved} by their own clause and no unrelated one: "
            f"mutation score {score:.1f} %"
        )
    return 0 if proved == len(proofs) else 1


def _line(proof: Proof) -> None:
    what = "proved" if proof.proved else "MISSED" if not proof.found_by else "UNRELATED"
    found = proof.found_by[0] if proof.found_by else f"expected {', '.join(proof.expected)}"
    more = f" (+{len(proof.found_by) - 1})" if len(proof.found_by) > 1 else ""
    flaky = " flaky" if proof.flaky else ""
    click.echo(
        f"{what:<9} {proof.fault:<{_NAME}} {found + more + flaky:<{_CLAUSE}} "
        f"{proof.requests:>6} requests {proof.seconds:>6.1f} s"
    )
    for each in proof.unrelated:
        click.echo(f"{'':<9} {'':<{_NAME}} unrelated: {each}")
    if proof.trouble:
        click.echo(f"{'':<9} {'':<{_NAME}} {proof.trouble}")
