"""Every option of a run in one table: name, how its text is read, default, help, and the doors at which it stands.

`contract-suite run` and `replay`, pytest and its ini files make their options of this table, and the run record keeps
and gives back what it says. Nothing heavy is imported here, because every pytest session reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from contract_suite.errors import UsageError
from contract_suite.model.gate_request import GateRequest
from contract_suite.model.json import JSON
from contract_suite.runner.options import option_readers as readers
from contract_suite.runner.options.key_options import KEY_OPTIONS
from contract_suite.runner.options.option import CONTRACT, Door, Option
from contract_suite.runner.options.run_options import RunOptions


def options_at(door: Door) -> tuple[Option, ...]:
    """Return the options of a door, in the order in which they are listed."""
    return tuple(each for each in OPTIONS if each.stands_at(door))


def run_options(given: Mapping[str, object], door: Door) -> RunOptions:
    """Return what a run is asked for; `given` has values by field, and what it lacks keeps its default."""
    values = _chosen(given, RunOptions)
    options = RunOptions(**values)
    if any(each.url and each.app for each in (options, *map(options.of, options.by_family))):
        raise UsageError(f"{_named('url').flag(door)} and {_named('app').flag(door)} exclude each other")
    return options


def gate_request(given: Mapping[str, object], door: Door) -> GateRequest:
    """Return what a gate is asked for; `given` as for `run_options`."""
    request = GateRequest(**_chosen(given, GateRequest))
    if request.update_baseline and request.baseline is None:
        joint = "=" if door is Door.PYTEST else " "
        flags = _named("update-baseline").flag(door), _named("baseline").flag(door)
        raise UsageError(f"{flags[0]} needs {flags[1]}{joint}FILE")
    return request


def recorded_options(options: RunOptions) -> dict[str, JSON]:
    """Return what a run record keeps of its options, in the order of the fields.

    Of headers it keeps the names alone, because their values may be secret.
    """
    recorded = _recorded({each.name: getattr(options, each.name) for each in fields(RunOptions)})
    if options.by_family:
        recorded["by_family"] = {name: _recorded(values) for name, values in options.by_family.items()}
    return recorded


def _recorded(values: Mapping[str, Any]) -> dict[str, JSON]:
    kept = {each.field for each in OPTIONS if each.recorded}
    return {
        name: [header for header, _ in value] if name == "headers" else _plain(value)
        for name, value in values.items()
        if name in kept
    }


def restored_options(recorded: Mapping[str, JSON], *, seed: int) -> RunOptions:
    """Return the options that a replay takes over from a run record, without fuzzing.

    What isn't recorded keeps its default.
    """
    by_family = recorded.get("by_family")
    families = {
        name: _restored(values)
        for name, values in (by_family.items() if isinstance(by_family, dict) else ())
        if isinstance(values, dict)
    }
    return RunOptions(**{**_restored(recorded), "seed": seed, "fuzz_time": 0, "by_family": families})


def _restored(recorded: Mapping[str, JSON]) -> dict[str, Any]:
    found = {
        each.field: each.restored(recorded.get(each.field))
        for each in OPTIONS
        if each.restored is not None and each.field in recorded
    }
    return {name: value for name, value in found.items() if value is not None}


OPTIONS: Final = (
    Option(
        name=CONTRACT,
        field="contracts",
        read=readers.document,
        metavar="NAME",
        repeated=True,
        words=True,
        help="Families (pai) or OpenAPI documents (by path or URL) to test the endpoint against, separated by commas.",
        absent={Door.RUN: "contracts are the arguments of the command"},
        restored=readers.recorded_texts,
    ),
    Option(
        name="overlay",
        field="overlays",
        read=readers.path,
        metavar="FILE",
        repeated=True,
        help="Apply this OpenAPI Overlay to the documents before anything else. May be repeated.",
        restored=readers.recorded_paths,
    ),
    Option(
        name="url",
        per_family=True,
        field="url",
        read=readers.endpoint,
        metavar="[FAMILY=]URL",
        prefixed=True,
        help=(
            "Base URL of the endpoint, its path included. Without it, or with `mock`, the embedded mock answers. "
            "May be repeated with FAMILY= before it."
        ),
        replay_help="Send to this base URL instead of the run's target.",
        restored=readers.recorded_text,
    ),
    Option(
        name="app",
        per_family=True,
        named_only="it is code that the run executes",
        field="app",
        read=readers.optional_text,
        metavar="MODULE:APP",
        help="An ASGI application to call in process, without a socket. Without a document, its own is used.",
        restored=readers.recorded_text,
    ),
    *KEY_OPTIONS,
    Option(
        name="set",
        per_family=True,
        field="values",
        read=readers.assignment,
        metavar="NAME=VALUE",
        repeated=True,
        help="Value of a parameter that the endpoint knows. May be repeated.",
        restored=readers.recorded_values,
    ),
    Option(
        name="include",
        per_family=True,
        field="include",
        read=readers.text,
        metavar="PATTERN",
        repeated=True,
        help="Only operations that match: id, path, 'METHOD path' or tag; * and ? stand for anything.",
    ),
    Option(
        name="exclude",
        per_family=True,
        field="exclude",
        read=readers.text,
        metavar="PATTERN",
        repeated=True,
        help="No operations that match.",
    ),
    Option(
        name="seed",
        field="seed",
        read=readers.whole_number(0),
        metavar="N",
        help="Runs with the same seed send the same requests, except for fuzzing.",
    ),
    Option(
        name="infer",
        per_family=True,
        field="infer",
        read=readers.inference,
        metavar="off|confirm",
        help="Whether to infer behaviour from names and shapes, and to test what the server confirms.",
        restored=readers.recorded_inference,
    ),
    Option(
        name="fuzz-time",
        per_family=True,
        field="fuzz_time",
        read=readers.seconds,
        metavar="SECONDS",
        help="How long to fuzz each contract; 0 turns fuzzing off.",
    ),
    Option(
        name="max-time",
        field="max_time",
        read=readers.positive_seconds,
        metavar="SECONDS",
        help="Stop the run after this long.",
        replay_help="Give up after this long.",
    ),
    Option(
        name="max-requests",
        field="max_requests",
        read=readers.whole_number(1),
        metavar="N",
        help="Stop after this many requests.",
    ),
    Option(
        name="workers",
        per_family=True,
        field="workers",
        read=readers.whole_number(1, 64),
        metavar="N",
        help="Maximum number of parallel requests.",
    ),
    Option(
        name="timeout",
        per_family=True,
        field="timeout",
        read=readers.positive_seconds,
        metavar="SECONDS",
        help="Wait this long for a response.",
        restored=readers.recorded_number,
    ),
    Option(
        name="max-bytes",
        per_family=True,
        field="max_bytes",
        read=readers.whole_number(1),
        metavar="N",
        help="Read at most this much of a response body.",
        restored=readers.recorded_whole_number,
    ),
    Option(
        name="report",
        field="report",
        read=readers.path,
        metavar="DIR",
        help="Where the record and the reports go.",
        recorded=False,
    ),
    Option(name="strict", field="strict", help="Treat advisories as failures."),
    Option(
        name="allow-writes",
        named_only="it lets a run write at other machines",
        per_family=True,
        field="allow_writes",
        help="Send writes to an endpoint that is not on this machine.",
        replay_help="Send writes to an endpoint that is not on this machine.",
        restored=readers.recorded_flag,
    ),
    Option(
        name="allow-destructive",
        named_only="it lets a run destroy what it did not make",
        per_family=True,
        field="allow_destructive",
        help="Send requests too that change or delete what the run did not make. See docs/safety.md.",
        replay_help="Send requests too that change or delete what the run did not make.",
        restored=readers.recorded_flag,
    ),
    Option(
        name="check-rate-limits",
        named_only="it sends many requests at once",
        per_family=True,
        field="check_rate_limits",
        help="Test documented rate limits, with many requests at once.",
    ),
    Option(
        name="allow-incomplete",
        field="allow_incomplete",
        help="Let a run pass that tested less than half of its clauses.",
    ),
    Option(
        name="allow-refs",
        named_only="it lets a document read other files",
        field="allow_refs",
        read=readers.folder,
        metavar="DIR",
        repeated=True,
        help="Follow $refs of a document into this folder too, beside its own. May be repeated.",
        restored=readers.recorded_texts,
    ),
    Option(
        name="allow-remote-refs",
        named_only="it lets a document fetch from other machines",
        field="allow_remote_refs",
        help="Follow $refs of a document to public http(s) addresses.",
        restored=readers.recorded_flag,
    ),
    Option(
        name="baseline",
        field="baseline",
        read=readers.path,
        metavar="FILE",
        help="Known findings, which don't fail. See docs/gate.md.",
        recorded=False,
    ),
    Option(
        name="fail-on",
        field="fail_on",
        words=True,
        read=readers.fail_on,
        metavar="WHAT",
        repeated=True,
        help=(
            "What fails: failure, flaky, advisory, untested. May be repeated; "
            "a failure that a replay confirmed always does (default: failure, flaky)."
        ),
        recorded=False,
    ),
    Option(
        name="min-coverage",
        field="min_coverage",
        read=readers.percentage,
        metavar="PERCENT",
        help="Fail if a smaller share of the clauses was tested.",
        recorded=False,
    ),
    Option(
        name="update-baseline",
        field="update_baseline",
        help="Add this run's findings to the baseline, and remove those that are fixed.",
        absent={Door.CONFIGURATION: "a gate that always writes its baseline never fails"},
        recorded=False,
    ),
    Option(
        name="always",
        field="always",
        help="Test the contracts of an ini file even when test files or folders are given.",
        absent={
            Door.RUN: "a run tests the contracts that it is given",
            Door.CONFIGURATION: "it is about the ini file of pytest",
        },
        recorded=False,
    ),
    Option(
        name="history",
        field="history",
        read=readers.path,
        metavar="FILE",
        help="Add this run's figures to a history.",
        absent={Door.PYTEST: "a history compares whole runs, and a test session may select a part of one"},
        recorded=False,
    ),
    Option(
        name="quiet",
        field="quiet",
        short="-q",
        help="Print one line at the end.",
        absent={Door.PYTEST: "pytest has its own -q"},
        recorded=False,
    ),
    Option(
        name="verbose",
        field="verbose",
        short="-v",
        help="Print every finding in full, every table and every reason.",
        absent={Door.PYTEST: "pytest has its own -v"},
        recorded=False,
    ),
    Option(
        name="open",
        field="open",
        help="Open report.html in a browser at the end.",
        absent={Door.PYTEST: "a test session waits for no reader"},
        recorded=False,
    ),
)
"""In the order in which they are listed."""


def default_of(option: Option) -> object:
    """Return what an option is worth where nobody gives it."""
    for owner in (RunOptions(), GateRequest()):
        if hasattr(owner, option.field):
            return getattr(owner, option.field)
    return None if option.read is not None else False


def collected(option: Option, values: tuple[Any, ...]) -> object:
    """Return what the values of a repeated option come to: a mapping, a set, or the values one after the other."""
    if option.field == "values":
        return dict(values)
    return frozenset(values) if option.field == "fail_on" else values


def _chosen(given: Mapping[str, object], owner: type[RunOptions | GateRequest]) -> dict[str, Any]:
    names = {each.name for each in fields(owner)}
    return {name: value for name, value in given.items() if name in names}


def _named(name: str) -> Option:
    return next(each for each in OPTIONS if each.name == name)


def _plain(value: object) -> Any:  # noqa: ANN401 - parsed JSON
    if isinstance(value, tuple):
        return [str(each) if isinstance(each, Path) else each for each in value]
    return dict(value) if isinstance(value, Mapping) else value
