"""`contract-suite mock`: contracts served over HTTP until somebody stops it."""

from __future__ import annotations

import json
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from contract_suite.cli.options import allow_refs, contract_options, contracts_argument
from contract_suite.errors import EndpointError, UsageError
from contract_suite.runner.options.run_options import Inference

if TYPE_CHECKING:
    from contract_suite.contract.operation import Contract
    from contract_suite.mock.pipeline import Pipeline

_NAMED = 6
"""So many kinds of things are named where a mock starts."""


@click.command(short_help="Serve contracts as a stateful mock.")
@contracts_argument
@contract_options(
    "overlay",
    "infer",
    helps={"infer": "Whether to keep what paths, names and schemas imply; off keeps nothing of it."},
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    metavar="N",
    help="Port to listen on; 0 takes a free one.",
)
@click.option("--enforce-limits", is_flag=True, help="Answer 429 with Retry-After past the documented rate limits.")
@click.option("--empty", is_flag=True, help="Start without data.")
@click.option(
    "--latency",
    type=click.FloatRange(0, 60_000),
    default=0,
    metavar="MS",
    help="Delay every response by this many milliseconds.",
)
@click.option(
    "--records", type=click.IntRange(0, 100_000), metavar="N", help="Start with this many of each main resource."
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Ids and times are made from this number.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME",
    help="Plant a fault of `contract-suite list faults`. May be repeated.",
)
@allow_refs
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as one line of JSON.")
def mock(
    contracts: tuple[str, ...],
    *,
    overlays: tuple[Path, ...],
    infer: Inference,
    host: str,
    port: int,
    enforce_limits: bool,
    empty: bool,
    latency: float,
    records: int | None,
    seed: int,
    faults: tuple[str, ...],
    folders: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Serve families or OpenAPI documents, each under the path of its base URL.

    Without arguments, the contracts of the configuration file are served; without one, every family.

    Any well-formed key is accepted; one that begins with sk-readonly may not write, one that begins with sk-revoked or
    not-a-key is refused. State is kept for the resources that a document names in x-contract, or that its paths,
    names and schemas imply; with --infer off, only for the former. Ctrl-C or SIGTERM ends it.
    """
    from contract_suite.contract.family import families
    from contract_suite.inference.inferring import with_guesses
    from contract_suite.mock.asgi import MockApp
    from contract_suite.mock.embedded import serve
    from contract_suite.mock.server import MockServer
    from contract_suite.runner.documents import open_contract

    names = dict.fromkeys(contracts or families())
    loaded = [open_contract(name, overlays=overlays, folders=folders) for name in names]
    _apart(loaded)
    if infer is not Inference.OFF:
        loaded = [with_guesses(contract) for contract in loaded]
    pipeline = _planted(loaded, faults)
    servers = [
        MockServer(
            contract,
            seed=seed,
            empty=empty,
            records=records,
            enforce_limits=enforce_limits,
            pipeline=pipeline.get(contract.name),
        )
        for contract in loaded
    ]
    with _listen(host, port) as listener:
        shown = f"[{host}]" if ":" in host else host
        origin = f"http://{shown}:{listener.getsockname()[1]}"
        urls = {contract.name: f"{origin}{contract.base_path}" for contract in loaded}
        if as_json:
            click.echo(json.dumps({"urls": urls}))
        else:
            width = max(len(name) for name in urls)
            for name, url in urls.items():
                click.echo(f"{name:<{width}}  {url}")
        for contract in loaded:
            if not contract.annotated:
                click.echo(f"{contract.name}: {_kept(contract)}", err=True)
        sys.stdout.flush()
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, _leave)
        serve(MockApp(*servers, latency=latency / 1000), listener=listener)
    return 0


def _planted(contracts: Sequence[Contract], names: Sequence[str]) -> dict[str, Pipeline]:
    """The steps of each contract's server with the faults asked for.

    A name without a family goes to every contract in which the fault can be planted.
    """
    if not names:
        return {}
    from contract_suite.mock.faults.catalogue import chosen
    from contract_suite.mock.pipeline import Pipeline

    pipeline = {contract.name: Pipeline() for contract in contracts}
    for contract, fault in chosen(contracts, names):
        pipeline[contract.name] = fault.site.plant(pipeline[contract.name])
    return pipeline


def _kept(contract: Contract) -> str:
    """Say what the mock of a document without x-contract remembers."""
    names = [each.name for each in contract.resources]
    if not names:
        return (
            "nothing says which things it makes and shows, so nothing is kept: answers come from examples and schemas"
        )
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"keeps {', '.join(names[:_NAMED])}{more}, guessed from paths, names and schemas (--infer off keeps nothing)"


def _apart(contracts: Sequence[Contract]) -> None:
    taken: dict[str, str] = {}
    for contract in contracts:
        if contract.base_path in taken:
            raise UsageError(
                f"{taken[contract.base_path]} and {contract.file} have the same base path; serve them on two ports"
            )
        taken[contract.base_path] = contract.file


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything is said, so that what is printed is true."""
    from contract_suite.mock.embedded import bind

    try:
        return bind(host, port)
    except UsageError as error:
        raise EndpointError(str(error)) from None


def _leave(_number: int, _frame: FrameType | None) -> None:
    """End as somebody asked for: the server has shut down by then, or has not begun."""
    raise SystemExit(0)
