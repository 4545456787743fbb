"""Every option of the table can be configured, and the best source that says something of it counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contract_suite.cli.entry import execute
from contract_suite.errors import ExitCode, UsageError
from contract_suite.runner.configuration.given import Given, layer_of
from contract_suite.runner.configuration.reading import CONFIGURABLE
from contract_suite.runner.configuration.settings import Settings, settings_of
from contract_suite.runner.options.option import Door, Option
from tests.runner.test_option_table import EXAMPLES

OTHERS = {"seed": "9", "fuzz-time": "3"}


def toml(option: Option, text: str) -> str:
    kind = option.read.schema["type"] if option.read is not None else "flag"
    return "true" if kind == "flag" else text if kind in {"number", "integer"} else json.dumps(text)


def settings(options: tuple[Option, ...], folder: Path, environ: dict[str, str], *given: Given) -> Settings:
    return settings_of(options, [layer_of(given)], environ=environ, start=folder)


@pytest.mark.parametrize("option", CONFIGURABLE, ids=lambda option: option.name)
@pytest.mark.parametrize("source", ["file", "profile", "environment"])
def test_an_option_means_the_same_wherever_it_stands(
    option: Option, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text, value = EXAMPLES[option.name]
    table = "[profiles.ci]\n" if source == "profile" else ""
    environ = {option.variable: text or "1"} if source == "environment" else {}
    (tmp_path / "contract-suite.toml").write_text("" if environ else f"{table}{option.name} = {toml(option, text)}\n")
    found = settings_of([option], [], environ=environ, profile="ci" if table else "", start=tmp_path).values()
    assert found == {option.field: value}
    assert type(found[option.field]) is type(value)


def test_the_command_line_beats_the_environment_beats_the_profile_beats_the_file(tmp_path: Path) -> None:
    seed = next(each for each in CONFIGURABLE if each.name == "seed")
    (tmp_path / "contract-suite.toml").write_text("seed = 1\n[profiles.ci]\nseed = 2\n")
    environ = {"CONTRACT_SUITE_SEED": "3"}
    given = Given(option=seed, said=("4",), flag="--seed", origin="--seed")
    found = [
        settings_of([seed], layers, environ=variables, profile=profile, start=tmp_path).values()["seed"]
        for layers, variables, profile in (
            ([layer_of([given])], environ, "ci"),
            ([], environ, "ci"),
            ([], {}, "ci"),
            ([], {}, ""),
        )
    ]
    assert found == [4, 3, 2, 1]


def test_a_flag_of_a_file_is_taken_back_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("contract-suite.toml").write_text("strict = true\n")
    assert "strict = true " in shown(capsys)
    assert "strict = false " in shown(capsys, "--no-strict")
    monkeypatch.setenv("CONTRACT_SUITE_STRICT", "off")
    assert "# $CONTRACT_SUITE_STRICT" in shown(capsys)


def test_an_empty_variable_says_nothing_and_a_wrong_one_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONTRACT_SUITE_WORKERS", "")
    assert "workers = 6 " in shown(capsys)
    monkeypatch.setenv("CONTRACT_SUITE_WORKERS", "many")
    assert execute(["run", "--show-config"]) == 2
    assert "CONTRACT_SUITE_WORKERS takes a whole number from 1 to 64, not 'many'" in capsys.readouterr().err
    monkeypatch.setenv("CONTRACT_SUITE_WORKERS", "1")
    monkeypatch.setenv("CONTRACT_SUITE_STRICT", "perhaps")
    assert execute(["run", "--show-config"]) == 2


@pytest.mark.parametrize(
    ("file", "environ", "given", "counts"),
    [
        ('app = "a:b"', {"CONTRACT_SUITE_URL": "http://localhost:1"}, "", {"url": "http://localhost:1"}),
        ('url = "http://localhost:1"', {"CONTRACT_SUITE_APP": "a:b"}, "", {"app": "a:b"}),
        ('url = "http://localhost:1"', {"CONTRACT_SUITE_URL": "mock"}, "", {"url": None}),
        ('token-env = "KEY"', {"CONTRACT_SUITE_TOKEN_COMMAND": "print"}, "", {"token_command": "print"}),
    ],
)
def test_of_two_that_exclude_each_other_the_better_source_counts(
    file: str, environ: dict[str, str], given: str, counts: dict[str, object], tmp_path: Path
) -> None:
    del given
    (tmp_path / "contract-suite.toml").write_text(f"{file}\n")
    assert settings_of(CONFIGURABLE, [], environ=environ, start=tmp_path).values() == counts


URL = next(each for each in CONFIGURABLE if each.name == "url")
SEED = next(each for each in CONFIGURABLE if each.name == "seed")


def of_families(folder: Path, *urls: str, file: str, profile: str = "") -> dict[str, object]:
    (folder / "contract-suite.toml").write_text(file)
    given = [Given(option=URL, said=urls, flag="--url", origin="--url")] if urls else []
    values = settings_of(CONFIGURABLE, [layer_of(given)], environ={}, profile=profile, start=folder).values()
    return {"": values.get("url"), **{name: own.get("url") for name, own in values.get("by_family", {}).items()}}


FILE = 'url = "http://a"\n[family.pai]\nurl = "http://b"\n[profiles.ci]\nurl = "http://c"\n'


def test_a_family_has_its_own_where_no_better_source_speaks_for_all(tmp_path: Path) -> None:
    assert of_families(tmp_path, file=FILE) == {"": "http://a", "pai": "http://b"}
    assert of_families(tmp_path, file=FILE, profile="ci") == {"": "http://c"}
    assert of_families(tmp_path, "http://d", file=FILE) == {"": "http://d"}
    assert of_families(tmp_path, "pai=http://d?a=b", file=FILE) == {"": "http://a", "pai": "http://d?a=b"}
    assert of_families(tmp_path, "pai=http://d", "http://e", file=FILE) == {"": "http://e", "pai": "http://d"}


def test_the_app_of_all_is_not_that_of_a_family_with_an_address(tmp_path: Path) -> None:
    (tmp_path / "contract-suite.toml").write_text('app = "a:b"\n[family.pai]\nurl = "http://localhost:1"\n')
    values = settings_of(CONFIGURABLE, [], environ={}, start=tmp_path).values()
    assert values == {"app": "a:b", "by_family": {"pai": {"url": "http://localhost:1", "app": None}}}


def test_two_in_one_place_still_exclude_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("c.toml").write_text('[family.pai]\nurl = "http://localhost:1"\napp = "a:b"\n')
    assert execute(["run", "pai", "--config", "c.toml"]) == 2
    assert "--url and --app exclude each other" in capsys.readouterr().err


def test_what_counts_is_shown_with_its_origin_and_without_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MY_TOKEN", "s3cret-of-mine")
    Path("c.toml").write_text(
        'header = {Authorization = "Bearer ${MY_TOKEN}", X-Key = "plain-secret"}\ntoken-command = "print s3same"\n'
        'set = {api_key = "other-secret", project = 42}\n[profiles.ci]\nseed = 7\n[family.pai]\nworkers = 1\n'
    )
    out = shown(capsys, "--config", "c.toml", "--profile", "ci", "--fuzz-time", "0")
    for line in (
        "# c.toml (named)",
        'header = ["Authorization: Bearer ${MY_TOKEN}", "X-Key: [redacted]"]  # c.toml:1',
        "seed = 7                                  # c.toml:5 (profile ci)",
        "fuzz-time = 0                             # --fuzz-time",
        "timeout = 10.0                            # default",
        "[family.pai]",
        "workers = 1                               # c.toml:7",
    ):
        assert line in out.splitlines()
    for secret in ("s3cret", "plain-secret", "s3same", "other-secret"):
        assert secret not in out
    assert "project=42" in out


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert execute(["run", "--show-config", *arguments]) == 0
    return capsys.readouterr().out


def test_no_option_of_a_file_is_one_that_only_a_command_can_mean(tmp_path: Path) -> None:
    (tmp_path / "contract-suite.toml").write_text("update-baseline = true\n")
    with pytest.raises(UsageError, match="update-baseline can't be configured"):
        settings_of(CONFIGURABLE, [], environ={}, start=tmp_path)
    assert all(each.stands_at(Door.CONFIGURATION) for each in CONFIGURABLE)


def test_a_variable_that_is_nearly_an_option_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (
        "CONTRACT_SUITE_FUZTIME",
        "CONTRACT_SUITE_MY_STAGING_KEY",
        "CONTRACT_SUITE_TOKEN",
        "CONTRACT_SUITE_SEED",
    ):
        monkeypatch.setenv(name, "1")
    strangers = [line for line in shown(capsys).splitlines() if "is not an option" in line]
    assert strangers == ["# $CONTRACT_SUITE_FUZTIME is not an option; did you mean $CONTRACT_SUITE_FUZZ_TIME?"]


@pytest.mark.parametrize("given", ["", " ", "notes="])
def test_an_address_that_is_empty_is_no_order_to_test_the_mock(
    given: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`--url "$STAGING"` with a variable that nobody had set tested the embedded mock, and was green."""
    assert execute(["run", "pai", "--url", given, "--report", str(tmp_path)]) == ExitCode.USAGE
    assert capsys.readouterr().err
    assert not list(tmp_path.glob("*.ndjson"))


@pytest.mark.parametrize("option", ["--token-env", "--readonly-token-env", "--revoked-token-env"])
def test_a_key_in_the_place_of_a_variable_is_not_repeated(
    option: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A key of letters and digits has the form of a variable's name."""
    assert execute(["run", "pai", option, "c2VjcmV0MTIz", "--report", str(tmp_path)]) == ExitCode.USAGE
    assert "c2VjcmV0MTIz" not in capsys.readouterr().err
