"""`contract-suite list`: what there is, as a table, as tab-separated lines, or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from contract_suite.cli.options import contracts_argument, table_options
from contract_suite.cli.table import show
from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.contract.operation import Contract
from contract_suite.errors import UsageError
from contract_suite.model.json import JSON
from contract_suite.runner.options.option import Door

Row = Mapping[str, JSON]


@click.command(name="list", short_help="List families, operations, clauses and more.")
@click.argument("what", metavar="WHAT", required=False)
@contracts_argument
@table_options(Door.RUN, "overlay")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of objects.")
def listing(what: str | None, contracts: tuple[str, ...], *, overlays: tuple[Path, ...], as_json: bool) -> None:
    """List WHAT there is in families or OpenAPI documents (without arguments: in every family).

    \b
    WHAT is one of
      families     the included contracts
      operations   operations with their addresses
      clauses      testable statements, with the check and the source of each
      errata       contradictions, gaps and surprises of the source documents, and what was decided
      resources    things that operations make, show, change and remove
      schemas      schemas under components/schemas
      faults       deviations that the mock can plant, and the clauses that must find each
      rules        what `lint` checks
      checks       what judges one exchange
      behaviours   what drives and judges several exchanges

    On a terminal it is a table, in a pipe one tab-separated line for each, without a head.
    """  # noqa: D301 - \b is click's mark for text that keeps its line breaks
    if what is None:
        raise UsageError(
            f"list what? One of {', '.join((*_OF_CONTRACTS, *_CATALOGUES))}; `contract-suite list --help` explains them"
        )
    rows = list(_rows(what, contracts, overlays))
    show(rows, as_json=as_json, empty=f"there are no {what}")


def _rows(what: str, names: tuple[str, ...], overlays: tuple[Path, ...]) -> Iterator[Row]:
    if what in _CATALOGUES:
        if names:
            raise UsageError(f"{what} are the same for every contract; leave out {names[0]!r}")
        yield from _CATALOGUES[what]()
        return
    if what not in _OF_CONTRACTS:
        raise UsageError(f"there is no list of {what!r}{did_you_mean(what, (*_OF_CONTRACTS, *_CATALOGUES))}")
    from contract_suite.contract.family import families
    from contract_suite.runner.documents import open_contract

    for name in dict.fromkeys(names or families()):
        yield from _OF_CONTRACTS[what](open_contract(name, overlays=overlays))


def _family(contract: Contract) -> Iterator[Row]:
    yield {
        "family": contract.name,
        "title": contract.title,
        "version": contract.version,
        "operations": len(contract.operations),
        "errata": len(contract.errata),
        "file": contract.file,
        "servers": list(contract.servers),
    }


def _operations(contract: Contract) -> Iterator[Row]:
    for each in contract.operations:
        yield {
            "family": contract.name,
            "operation": each.id,
            "method": each.method,
            "path": each.written_path,
            "source": each.source.value,
            "place": each.location.place,
            "summary": each.problem or each.summary,
        }


def _clauses(contract: Contract) -> Iterator[Row]:
    from contract_suite.behaviours.catalogue import BEHAVIOURS
    from contract_suite.checks.catalogue import CHECKS
    from contract_suite.runner.plan import clauses_of

    for each in clauses_of(contract, CHECKS, BEHAVIOURS):
        yield {
            "family": contract.name,
            "clause": each.id,
            "level": each.level.value,
            "source": each.source.value,
            "judge": each.judge,
            "place": each.location.place,
            "text": each.text,
            "inapplicable": each.inapplicable,
            "errata": [one.id for one in contract.errata_at(each.location.pointer)],
        }


def _errata(contract: Contract) -> Iterator[Row]:
    for each in contract.errata:
        yield {
            "family": contract.name,
            "erratum": each.id,
            "kind": each.kind,
            "title": each.title,
            "subject": each.subject,
            "table": each.table,
            "example": each.example,
            "sdk": each.sdk,
            "decided": each.decided,
            "why": each.why,
            "pointers": list(each.pointers),
        }


def _resources(contract: Contract) -> Iterator[Row]:
    for each in contract.resources:
        roles = {"create": each.create, "read": each.read, "update": each.update, "delete": each.delete}
        shown: dict[str, JSON] = {what: role.operation if role else None for what, role in roles.items()}
        yield {
            "family": contract.name,
            "resource": each.name,
            "identity": list(each.identity),
            "scope": list(each.scope),
            **shown,
            "lists": list(each.lists),
            "owns": list(each.owns),
        }


def _schemas(contract: Contract) -> Iterator[Row]:
    from contract_suite.reference import Reference

    reference = Reference(contract)
    for name in reference.schemas:
        schema = reference.schema(name)
        yield {
            "family": contract.name,
            "schema": name,
            "title": schema.get("title", ""),
            "description": schema.get("description", ""),
        }


def _faults(contract: Contract) -> Iterator[Row]:
    from contract_suite.mock.faults.catalogue import faults

    for each in faults(contract):
        yield {
            "family": contract.name,
            "fault": each.name,
            "theme": each.kind.theme,
            "sentence": each.sentence,
            "clauses": list(each.site.clauses),
        }


def _rules() -> Iterator[Row]:
    from contract_suite.rules.catalogue import RULES

    for each in RULES:
        yield {"rule": each.name, "level": each.level.value, "title": each.title}


def _checks() -> Iterator[Row]:
    from contract_suite.checks.catalogue import CHECKS

    for each in CHECKS:
        yield {"check": each.name, "title": each.title}


def _behaviours() -> Iterator[Row]:
    from contract_suite.behaviours.catalogue import BEHAVIOURS

    for each in BEHAVIOURS:
        yield {"behaviour": each.name, "title": each.title}


_OF_CONTRACTS: Final[Mapping[str, Callable[[Contract], Iterator[Row]]]] = {
    "families": _family,
    "operations": _operations,
    "clauses": _clauses,
    "errata": _errata,
    "resources": _resources,
    "schemas": _schemas,
    "faults": _faults,
}
_CATALOGUES: Final[Mapping[str, Callable[[], Iterator[Row]]]] = {
    "rules": _rules,
    "checks": _checks,
    "behaviours": _behaviours,
}
