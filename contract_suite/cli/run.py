"""`contract-suite run`: options in, a run, its reports, an exit code."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from contract_suite.cli.gating import AskedGate, asked_gate, gate_options
from contract_suite.errors import ExitCode, UsageError
from contract_suite.runner.options import (
    DEFAULT_FUZZ_TIME,
    DEFAULT_MAX_BYTES,
    DEFAULT_TIMEOUT,
    DEFAULT_WORKERS,
    RunOptions,
)

if TYPE_CHECKING:
    from contract_suite.record.reader import Run
    from contract_suite.report.comparison import Comparison

_FOLDER: Final = "contract-suite-report"
_HEADER: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*\Z")
_ENV: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_TREND: Final = 50


@click.command(short_help="Hold an endpoint, or the embedded mock, to its contract.")
@click.argument("contracts", nargs=-1, metavar="[FAMILY|DOCUMENT]...")
@click.option(
    "--url", metavar="URL", help="Base URL of the endpoint, its path included. Without it, the embedded mock answers."
)
@click.option("--app", metavar="MODULE:APP", help="An ASGI application to call in process, without a socket.")
@click.option(
    "-H",
    "--header",
    "headers",
    multiple=True,
    metavar="'NAME: VALUE'",
    help="Send this header with every request. May be repeated.",
)
@click.option(
    "--token-env",
    metavar="NAME",
    default="",
    help="Environment variable that holds the key.  [default: the family's, DASHSCOPE_API_KEY]",
)
@click.option(
    "--readonly-token-env",
    metavar="NAME",
    default="",
    help="Environment variable of a key that may not write, for the 403 clauses.",
)
@click.option(
    "--revoked-token-env",
    metavar="NAME",
    default="",
    help="Environment variable of a key that is no longer valid, for the 401 clauses.",
)
@click.option(
    "--set",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="Value of a parameter that the endpoint knows. May be repeated.",
)
@click.option(
    "--include",
    multiple=True,
    metavar="PATTERN",
    help="Only operations that match: id, path, 'METHOD path' or tag; * and ? stand for anything.",
)
@click.option("--exclude", multiple=True, metavar="PATTERN", help="No operations that match.")
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Two runs with one seed send the same requests (fuzzing apart).",
)
@click.option(
    "--fuzz-time",
    type=click.FloatRange(0),
    default=DEFAULT_FUZZ_TIME,
    show_default=True,
    metavar="SECONDS",
    help="How long to fuzz each family; 0 is never.",
)
@click.option(
    "--max-time", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="Stop the whole run after this long."
)
@click.option("--max-requests", type=click.IntRange(1), metavar="N", help="Send at most this many requests.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=DEFAULT_WORKERS,
    show_default=True,
    metavar="N",
    help="Have at most this many requests on their way at a time; 1 is one after the other.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=DEFAULT_TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="Wait this long for a response.",
)
@click.option(
    "--max-bytes",
    type=click.IntRange(1),
    default=DEFAULT_MAX_BYTES,
    show_default=True,
    metavar="N",
    help="Read at most this much of a response body.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    default=Path(_FOLDER),
    show_default=True,
    metavar="DIR",
    help="Where the record and the reports go.",
)
@click.option("--strict", is_flag=True, help="Let advisories fail too.")
@click.option("--allow-writes", is_flag=True, help="Send writes to an endpoint that is not on this machine.")
@click.option(
    "--check-rate-limits",
    is_flag=True,
    help="Find out whether documented rate limits hold: sends many requests at once.",
)
@click.option("--allow-incomplete", is_flag=True, help="Let a run pass that exercised less than half of its clauses.")
@click.option("--allow-remote-refs", is_flag=True, help="Follow $refs of a document to http(s) addresses.")
@gate_options
@click.option(
    "--update-baseline", is_flag=True, help="Write what this run found, and no longer found, into the baseline."
)
@click.option(
    "--history",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Add this run's figures to a history.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print one line at the end.")
def run(
    contracts: tuple[str, ...],
    *,
    url: str | None,
    app: str | None,
    headers: tuple[str, ...],
    token_env: str,
    readonly_token_env: str,
    revoked_token_env: str,
    values: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    seed: int,
    fuzz_time: float,
    max_time: float | None,
    max_requests: int | None,
    workers: int,
    timeout: float,
    max_bytes: int,
    report: Path,
    strict: bool,
    allow_writes: bool,
    check_rate_limits: bool,
    allow_incomplete: bool,
    allow_remote_refs: bool,
    baseline: Path | None,
    update_baseline: bool,
    fail_on: tuple[str, ...],
    min_coverage: float | None,
    history: Path | None,
    quiet: bool,
) -> int:
    """Hold an endpoint to the contracts of families or OpenAPI documents (without arguments: every family).

    Ends with 0 if it conforms, or if the gate passes where one was asked for; 1 if there are findings or too little was
    exercised, 2 for a mistake in the command, 3 if it could not run.
    """
    if url and app:
        raise UsageError("--url and --app exclude each other")
    options = RunOptions(
        contracts=contracts,
        url=url,
        app=app,
        headers=tuple(header_pair(each) for each in headers),
        token_env=env_name("--token-env", token_env),
        readonly_token_env=env_name("--readonly-token-env", readonly_token_env),
        revoked_token_env=env_name("--revoked-token-env", revoked_token_env),
        values=dict(_value(each) for each in values),
        include=include,
        exclude=exclude,
        seed=seed,
        fuzz_time=fuzz_time,
        max_time=max_time,
        max_requests=max_requests,
        workers=workers,
        timeout=timeout,
        max_bytes=max_bytes,
        report=report,
        strict=strict,
        allow_writes=allow_writes,
        allow_incomplete=allow_incomplete,
        check_rate_limits=check_rate_limits,
        allow_remote_refs=allow_remote_refs,
    )
    gate = asked_gate(baseline=baseline, update_baseline=update_baseline, fail_on=fail_on, min_coverage=min_coverage)
    return _run(options, report, gate, history, quiet=quiet)


def _run(options: RunOptions, folder: Path, gate: AskedGate, history: Path | None, *, quiet: bool) -> int:
    from rich.console import Console

    from contract_suite.record.reader import read_run
    from contract_suite.report.catalogue import write_files
    from contract_suite.report.progress import LiveProgress
    from contract_suite.report.terminal import show
    from contract_suite.runner.choosing import choose
    from contract_suite.runner.run import load_contracts
    from contract_suite.runner.run import run as run_contracts

    contracts = choose(load_contracts(replace(options, values={})), options)
    live = LiveProgress(Console(stderr=True), quiet=quiet)
    with live:
        outcome = run_contracts(options, contracts=contracts, watch=live.follow)
    record = read_run(outcome.record)
    if not gate.silent:
        record = gate.hold(record)
    earlier = _remembered(record, history) if history is not None else None
    write_files(record, folder, comparison=earlier)
    if quiet:
        click.echo(f"{record.gate.sentence if record.gate else outcome.reason + ';'} report in {folder}")
    else:
        show(record, Console(highlight=False, markup=False, emoji=False), report=str(folder))
    if outcome.interrupted:
        return ExitCode.INTERRUPTED
    return record.gate.exit_code if record.gate else outcome.exit_code


def _remembered(record: Run, history: Path) -> Comparison:
    """Add the run to the history; returns the trend that it ends."""
    from contract_suite.history.figures import figures
    from contract_suite.history.store import append, read
    from contract_suite.report.comparison import Comparison, TrendPoint

    now = figures(record)
    append(history, now)
    # Runs of other endpoints or contracts make no trend together with this one.
    alike = [each for each in read(history) if (each.target, each.families) == (now.target, now.families)]
    points = [
        TrendPoint(
            started=each.started,
            failures=each.failures,
            advisories=each.advisories,
            coverage=each.coverage,
            p95=each.p95 or 0.0,
        )
        for each in alike[-_TREND:]
    ]
    return Comparison(against="", states={}, trend=tuple(points))


def header_pair(text: str) -> tuple[str, str]:
    """Return name and value of a header as the user wrote it."""
    match = _HEADER.match(text)
    if match is None or not match.group(2).isprintable():
        raise UsageError(
            "--header takes 'Name: value'; what was given is not of this form"
        )  # the value may be a secret
    return match.group(1), match.group(2)


def env_name(option: str, name: str) -> str:
    """Return the name of an environment variable; `UsageError` for what can be none."""
    if name and not _ENV.match(name):
        raise UsageError(
            f"{option} takes the name of an environment variable, not a key"
        )  # the name may be a key by mistake
    return name


def _value(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"--set takes NAME=VALUE, not {text!r}")
    return name, value
