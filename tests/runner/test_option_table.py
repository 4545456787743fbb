"""Each option of a run, read at every door where it stands, and kept and given back by a record."""

from __future__ import annotations

import re
from dataclasses import asdict, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.cli import run as command
from contract_suite.cli.entry import execute
from contract_suite.cli.run import Shown
from contract_suite.errors import UsageError
from contract_suite.model.gate_request import FailOn, GateRequest
from contract_suite.model.json import JSON
from contract_suite.pytest_plugin.options import read_options
from contract_suite.runner.options import option_readers
from contract_suite.runner.options.option import Door, Option
from contract_suite.runner.options.option_table import OPTIONS, recorded_options, restored_options, run_options
from contract_suite.runner.options.run_options import Inference, RunOptions
from tests.parity import assert_each

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[2] / "docs" / "options.md").read_text("utf-8")

# A text for each option, and what it comes to; a flag takes no text.
EXAMPLES: dict[str, tuple[str, object]] = {
    "contract": ("pai", ("pai",)),
    "overlay": ("words.yaml", (Path("words.yaml"),)),
    "url": ("http://127.0.0.1:1/api", "http://127.0.0.1:1/api"),
    "app": ("shop.main:app", "shop.main:app"),
    "header": ("X-Trace: 7", (("X-Trace", "7"),)),
    "token-env": ("MY_KEY", "MY_KEY"),
    "readonly-token-env": ("MY_KEY", "MY_KEY"),
    "revoked-token-env": ("MY_KEY", "MY_KEY"),
    "auth": ("Shop=password:MY_KEY", (("Shop", "password:MY_KEY"),)),
    "oauth-client-env": ("MY_CLIENT", "MY_CLIENT"),
    "token-url": ("http://127.0.0.1:1/token", "http://127.0.0.1:1/token"),
    "token-command": ("print-token --quiet", "print-token --quiet"),
    "login": ("POST /login=MY_LOGIN", ("POST /login", "MY_LOGIN")),
    "csrf": ("csrf=X-Csrf", (("csrf", "X-Csrf"),)),
    "set": ("WorkspaceId=w-1", {"WorkspaceId": "w-1"}),
    "include": ("List*", ("List*",)),
    "exclude": ("Delete*", ("Delete*",)),
    "seed": ("7", 7),
    "infer": ("off", Inference.OFF),
    "fuzz-time": ("0.5", 0.5),
    "max-time": ("9.5", 9.5),
    "max-requests": ("40", 40),
    "workers": ("3", 3),
    "timeout": ("2.5", 2.5),
    "max-bytes": ("4096", 4096),
    "report": ("out", Path("out")),
    "strict": ("", True),
    "allow-writes": ("", True),
    "allow-destructive": ("", True),
    "check-rate-limits": ("", True),
    "allow-incomplete": ("", True),
    "allow-refs": ("shared", ("shared",)),
    "allow-remote-refs": ("", True),
    "baseline": ("known.toml", Path("known.toml")),
    "fail-on": ("advisory", frozenset({FailOn.ADVISORY})),
    "min-coverage": ("80", 80.0),
    "update-baseline": ("", True),
    "history": ("runs.sqlite", Path("runs.sqlite")),
    "quiet": ("", True),
    "verbose": ("", True),
    "open": ("", True),
    "always": ("", True),
}
WITH = {"update-baseline": ("baseline",), "baseline": ("update-baseline",)}
"""Options that make sense only beside others."""


def arguments(option: Option, door: Door) -> list[str]:
    named = [option, *(each for each in OPTIONS if each.name in WITH.get(option.name, ()))]
    return [each.flag(door) if each.read is None else f"{each.flag(door)}={EXAMPLES[each.name][0]}" for each in named]


def test_each_option_has_an_example_a_line_on_the_page_and_both_doors_or_a_reason() -> None:
    assert_each(
        EXAMPLES,
        [each.name for each in OPTIONS],
        lacks="EXAMPLES of tests/runner/test_option_table.py lacks a text for the option",
        beyond="a line of EXAMPLES without an option",
    )
    for option in OPTIONS:
        row = re.search(rf"^\| `--{option.name}[` ].*$", PAGE, re.MULTILINE)
        assert row, f"docs/options.md has no line for --{option.name}"
        for door in (Door.RUN, Door.PYTEST):
            assert option.stands_at(door) or len((option.absent or {})[door]) > 10, option.name
        assert option.stands_at(Door.PYTEST) == (f"`{option.flag(Door.PYTEST)}`" in row[0]), option.name


def test_each_field_has_an_option() -> None:
    known = {each.field for each in OPTIONS} | {"by_family"}  # which holds values of the others
    assert {each.name for owner in (RunOptions, GateRequest) for each in fields(owner)} <= known


@pytest.mark.parametrize(
    "option", [each for each in OPTIONS if each.stands_at(Door.RUN)], ids=lambda option: option.name
)
def test_the_command_line_reads_it(option: Option, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    def keep(
        options: RunOptions, request: GateRequest, folder: Path, history: Path | None, *, shown: Shown, **_: object
    ) -> int:
        values = {**vars_of(options), **vars_of(request), **asdict(shown), "report": folder, "history": history}
        seen.update(values)
        return 0

    monkeypatch.setattr(command, "_run", keep)
    assert execute(["run", *arguments(option, Door.RUN)]) == 0
    assert seen[option.field] == EXAMPLES[option.name][1]
    assert type(seen[option.field]) is type(EXAMPLES[option.name][1])


@pytest.mark.parametrize("place", ["command line", "ini"])
@pytest.mark.parametrize(
    "option", [each for each in OPTIONS if each.stands_at(Door.PYTEST)], ids=lambda option: option.name
)
def test_pytest_reads_it(option: Option, place: str, pytester: pytest.Pytester) -> None:
    given = arguments(option, Door.PYTEST)
    if place == "ini":
        lines = [each.removeprefix("--").partition("=") for each in given]
        text = "".join(f"{name.replace('-', '_')} = {value or 'true'}\n" for name, _, value in lines)
        pytester.makefile(".ini", pytest=f"[pytest]\n{text}")
        given = []
    options = read_options(pytester.parseconfig(*given))
    found = {**vars_of(options.run), **vars_of(options.gate), "always": options.always}[option.field]
    assert found == EXAMPLES[option.name][1]
    assert type(found) is type(EXAMPLES[option.name][1])


def test_pytest_takes_mock_for_the_embedded_mock(pytester: pytest.Pytester) -> None:
    assert read_options(pytester.parseconfig("--contract-url=mock")).run.url is None


def test_an_endpoint_on_the_command_line_beats_the_other_kind_in_the_file(pytester: pytest.Pytester) -> None:
    pytester.makefile(".ini", pytest="[pytest]\ncontract_app = shop:app\n")
    run = read_options(pytester.parseconfig("--contract-url=http://a")).run
    assert (run.url, run.app) == ("http://a", None)


RESTORED = (
    "contracts",
    "url",
    "app",
    "values",
    "timeout",
    "max_bytes",
    "allow_writes",
    "allow_refs",
    "allow_remote_refs",
    "seed",
)


@given(
    st.builds(
        RunOptions,
        contracts=st.lists(st.text(), max_size=3).map(tuple),
        url=st.none() | st.text(min_size=1),
        seed=st.integers(0, 10**9),
        timeout=st.floats(0.1, 100),
        max_bytes=st.integers(1, 10**9),
        values=st.dictionaries(st.text(min_size=1), st.text(), max_size=3),
        headers=st.lists(st.tuples(st.text(), st.text(min_size=1)), max_size=2).map(tuple),
        token_env=st.text(),
        allow_writes=st.booleans(),
        allow_refs=st.lists(st.text(), max_size=2).map(tuple),
        allow_remote_refs=st.booleans(),
        strict=st.booleans(),
    )
)
def test_a_record_gives_back_what_a_replay_needs(options: RunOptions) -> None:
    recorded = recorded_options(options)
    back = restored_options(recorded, seed=options.seed)
    assert {name: getattr(back, name) for name in RESTORED} == {name: getattr(options, name) for name in RESTORED}
    assert (back.fuzz_time, back.headers, back.token_env) == (0, (), "")
    assert recorded["headers"] == [name for name, _ in options.headers]
    assert "token_env" not in recorded


@pytest.mark.parametrize("wrong", [None, 7, "x", [], {}, True, -1.5])
def test_a_record_that_says_something_else_keeps_the_defaults(wrong: JSON) -> None:
    recorded: dict[str, JSON] = dict.fromkeys(RESTORED, wrong)
    back = restored_options(recorded, seed=0)
    for name in RESTORED:
        assert isinstance(getattr(back, name), type(getattr(RunOptions(), name)) | str), name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("seed", "-1"),
        ("seed", "²"),
        ("workers", "0"),
        ("workers", "65"),
        ("timeout", "0"),
        ("timeout", "inf"),
        ("fuzz-time", "-1"),
        ("fuzz-time", "nan"),
        ("max-requests", "1.5"),
        ("min-coverage", "100.1"),
        ("fail-on", "everything"),
        ("header", "no colon"),
        ("set", "=x"),
        ("token-env", "sk-1"),
    ],
)
@pytest.mark.parametrize("door", [Door.RUN, Door.PYTEST])
def test_a_wrong_value_names_the_option_as_the_door_writes_it(name: str, text: str, door: Door) -> None:
    option = next(each for each in OPTIONS if each.name == name)
    assert option.read is not None
    with pytest.raises(UsageError, match=f"^{option.flag(door)} takes"):
        option.read(option.flag(door), text)


@pytest.mark.parametrize("read", [option_readers.header, option_readers.environment_variable])
@given(text=st.text(alphabet="sk-live 1", min_size=12))
def test_what_may_be_a_key_is_never_repeated(read: option_readers.Reader, text: str) -> None:
    with pytest.raises(UsageError) as raised:
        read("--flag", f"-{text}")
    assert text not in str(raised.value)


def test_a_url_and_an_app_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="--contract-url and --contract-app exclude each other"):
        run_options({"url": "http://a", "app": "b:c"}, Door.PYTEST)


def vars_of(value: RunOptions | GateRequest) -> dict[str, object]:
    return {each.name: getattr(value, each.name) for each in fields(value)}
