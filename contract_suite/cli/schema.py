"""`contract-suite schema`: a contract's schemas as JSON Schema 2020-12, or the contract as plain OpenAPI."""

from __future__ import annotations

import json
from typing import Final

import click

from contract_suite.errors import UsageError
from contract_suite.reference import load

CONFIG: Final = "config"
"""In the place of a contract: the configuration file."""


@click.command(short_help="Print the JSON Schema of a contract's component.")
@click.argument("words", nargs=-1, required=True, metavar="FAMILY[#NAME]|config")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json-schema", "openapi"]),
    default="json-schema",
    show_default=True,
    help="Strict JSON Schema 2020-12, or the whole OpenAPI document without x-source and x-contract.",
)
@click.option("--names", is_flag=True, help="Print only the names of the schemas, one a line.")
def schema(words: tuple[str, ...], *, form: str, names: bool) -> None:
    """Print a schema of FAMILY (or of an OpenAPI document) as a self-contained JSON Schema 2020-12.

    NAME is a name under components/schemas. Without it, all of them are printed as the $defs of one schema. The $id of
    what is printed carries the contract's version.

    `config` prints the schema of a configuration file (contract-suite.toml, [tool.contract-suite] of pyproject.toml).
    """
    what, *beside = words
    if beside:
        raise UsageError(f"the name of a schema stands behind a #: contract-suite schema '{what}#{beside[0]}'")
    if what == CONFIG:
        from contract_suite.runner.configuration.schema import configuration_schema

        click.echo(json.dumps(configuration_schema(), ensure_ascii=False, indent=2))
        return
    contract, hash_sign, name = what.rpartition("#") if "#" in what else (what, "", "")
    reference = load(contract)
    if names:
        for each in reference.schemas:
            click.echo(each)
        return
    if form == "openapi":
        if hash_sign:
            raise UsageError("an OpenAPI document is printed whole; leave out what stands behind the #")
        click.echo(json.dumps(reference.document, ensure_ascii=False, indent=2))
        return
    if hash_sign and not name:
        raise UsageError(f"{what!r} names no schema after the #")
    name = name.removeprefix("/components/schemas/")
    click.echo(json.dumps(reference.schema(name) if name else reference.bundle(), ensure_ascii=False, indent=2))
