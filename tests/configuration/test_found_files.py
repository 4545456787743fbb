"""What a configuration file that came with a cloned repository can't do: only a file that the user named may."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.cli.entry import execute
from contract_suite.runner import replaying
from contract_suite.runner.configuration.reading import CONFIGURABLE
from contract_suite.runner.options.option_readers import Names

AWAY = "https://staging.example.com"
EVERYTHING = (
    'app = "shop:app"',
    'token-command = "print-token"',
    "allow-writes = true",
    "allow-destructive = true",
    "allow-remote-refs = true",
    'allow-refs = ["shared"]',
    "check-rate-limits = true",
    f'url = "{AWAY}"',
    'url = "http://${NAME}.example.com"',
    'url = "//example.com"',
    f'[family.pai]\nurl = "{AWAY}"',
    f'token-url = "{AWAY}/token"',
    'contract = "https://example.com/openapi.yaml"',
    'contract = "../openapi.yaml"',
    'contract = "/etc/openapi.yaml"',
    'contract = "link/openapi.yaml"',
    'overlay = "../words.yaml"',
    'report = "../../out"',
    'report = "link"',
    'history = "/var/runs.sqlite"',
    'baseline = "../known.toml"',
)
TO_AN_ENDPOINT_AWAY = (
    'token-env = "NAME"',
    'readonly-token-env = "NAME"',
    'auth = {Shop = "NAME"}',
    'login = "POST /login=NAME"',
    'oauth-client-env = "NAME"',
    'header = "X-Trace: ${NAME}"',
    'set = {project = "${NAME}"}',
    '[family.pai]\nheader = {X-Trace = "a ${NAME}"}',
)


@pytest.fixture(autouse=True)
def cloned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that somebody else filled, in which the user works."""
    folder = tmp_path / "cloned"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path, target_is_directory=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NAME", "of-the-user")
    return folder


def ends(*arguments: str) -> int:
    return execute(["run", "pai", "--show-config", *arguments])


@pytest.mark.parametrize("text", EVERYTHING)
def test_a_file_that_was_only_found_may_not(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("contract-suite.toml").write_text(f"{text}\n")
    contracts = [] if text.startswith("contract") else ["pai"]
    assert execute(["run", *contracts, "--show-config"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("contract-suite: contract-suite.toml:")
    assert "name the file: --config contract-suite.toml" in error
    assert "of-the-user" not in error
    assert execute(["run", *contracts, "--show-config", "--config", "contract-suite.toml"]) == 0


@pytest.mark.parametrize("text", TO_AN_ENDPOINT_AWAY)
@pytest.mark.parametrize("away", ["--url=" + AWAY, "--url=pai=" + AWAY, "--token-url=" + AWAY])
def test_it_takes_nothing_of_the_environment_to_another_machine(
    text: str, away: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("contract-suite.toml").write_text(f"{text}\n")
    assert ends(away) == 2
    assert f"would send $NAME to {AWAY}, and a file that was only found may not" in capsys.readouterr().err
    assert ends(away, "--config", "contract-suite.toml") == 0
    assert ends() == 0
    assert ends("--url", "http://localhost:1") == 0


def test_every_option_that_takes_a_key_is_among_those_tried() -> None:
    tried = {text.partition("=")[0].rpartition("\n")[2].strip() for text in TO_AN_ENDPOINT_AWAY}
    taking = {each.name for each in CONFIGURABLE if each.read is not None and each.read.names is Names.VARIABLE}
    assert taking - {"revoked-token-env"} <= tried


def test_the_environment_names_a_file_too(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("contract-suite.toml").write_text(f'url = "{AWAY}"\n')
    assert ends() == 2
    monkeypatch.setenv("CONTRACT_SUITE_CONFIG", "contract-suite.toml")
    assert ends() == 0


def test_what_is_overridden_is_not_held_against_it() -> None:
    Path("contract-suite.toml").write_text(f'url = "{AWAY}"\nallow-writes = true\nreport = "/elsewhere"\n')
    assert ends("--url", "http://127.0.0.1:1", "--no-allow-writes", "--report", "out") == 0


@pytest.mark.parametrize(
    "text",
    [
        'url = "http://127.0.0.1:8000/api"',
        'url = "http://[::1]:8000"',
        'contract = ["pai", "openapi.yaml", "http://localhost:8000/openapi.json?x=1"]',
        'report = "out"\nhistory = "a/b/runs.sqlite"',
        "allow-writes = false",
        'header = "X-Trace: 7"\nexclude = "Delete*"\nseed = 1',
    ],
)
def test_all_else_it_may(text: str) -> None:
    Path("contract-suite.toml").write_text(f"{text}\n")
    assert execute(["run", "--show-config"]) == 0


def test_a_replay_sends_no_key_of_it_to_another_machine(
    cloned: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record, too, may have come with the repository."""
    assert execute(["run", "pai", "--fuzz-time", "0", "--max-requests", "3", "-q"]) == 4
    Path("contract-suite.toml").write_text('token-env = "NAME"\n')
    record = cloned / "contract-suite-report" / "run.ndjson"
    sent: list[object] = []
    monkeypatch.setattr(
        replaying, "find", lambda run, _prefix: type("Found", (), {"family": run.header.families[0].name})
    )
    monkeypatch.setattr(replaying, "replay", lambda *arguments, **_: sent.append(arguments))
    record.write_text(
        record.read_text("utf-8").replace('"url": null', f'"url": "{AWAY}"').replace('"url":null', f'"url":"{AWAY}"')
    )
    capsys.readouterr()
    assert execute(["replay", "0"]) == 2
    assert f"would send $NAME to {AWAY}" in capsys.readouterr().err
    assert sent == []
