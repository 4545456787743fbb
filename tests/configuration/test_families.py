"""Several contracts in one run, each at its own endpoint and with its own key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_suite.cli.entry import execute
from contract_suite.contract.family import load
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.embedded import running
from contract_suite.mock.server import MockServer
from contract_suite.record.reader import read_run
from contract_suite.runner.options.command_line import command_line
from contract_suite.runner.options.given_again import given_again
from contract_suite.runner.options.option_table import recorded_options, restored_options
from contract_suite.runner.options.run_options import RunOptions
from tests.pytest_plugin.conftest import SHOP

FEW = ("--fuzz-time", "0", "--max-requests", "12", "--allow-incomplete", "-q")


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    contracts = {name: load(name) for name in ("opensearch", "modelarts")}
    with (
        running(MockApp(MockServer(contracts["opensearch"]))) as first,
        running(MockApp(MockServer(contracts["modelarts"]))) as second,
    ):
        yield {
            "opensearch": f"{first}{contracts['opensearch'].base_path}",
            "modelarts": f"{second}{contracts['modelarts'].base_path}",
        }


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
def test_each_family_goes_to_its_own_address(urls: dict[str, str]) -> None:
    given = [f"--url={name}={url}" for name, url in urls.items()]
    assert execute(["run", *urls, *given, *FEW]) == 0
    run = read_run(Path("contract-suite-report/run.ndjson"))
    assert run.header.target == ", ".join(urls.values())
    assert {each.family for each in run.families if each.exchanges} == set(urls)
    assert not run.findings


@pytest.mark.longer
def test_a_file_says_the_same(urls: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCH_KEY", "sk-for-searching")
    Path("contract-suite.toml").write_text(
        f'contract = {json.dumps(list(urls))}\nset = {{}}\n[family.opensearch]\nurl = "{urls["opensearch"]}"\n'
        f'token-env = "SEARCH_KEY"\nexclude = ["GetDeployedModel*"]\n[family.modelarts]\nurl = "{urls["modelarts"]}"\n'
    )
    assert execute(["run", *FEW]) == 0
    run = read_run(Path("contract-suite-report/run.ndjson"))
    assert run.header.target == ", ".join(urls.values())
    text = Path("contract-suite-report/run.ndjson").read_text("utf-8")
    assert "sk-for-searching" not in text
    assert "/algorithms" in text
    assert "/models?" not in text


@pytest.mark.parametrize(
    ("arguments", "file", "sentence"),
    [
        (["pai", "--url", "pia=http://localhost:1"], "", "--url: this run has no contract 'pia'"),
        ([], 'contract = "pai"\n[family.pia]\nseed2 = 1\n', "contract-suite.toml:3: there is no option 'seed2'"),
        ([], 'contract = "pai"\n[family.pia]\nworkers = 1\n', "contract-suite.toml:2: this run has no contract 'pia'"),
        (["pai"], "[family.pai]\nset = {Nothing = 1}\n", "--set Nothing: no operation takes a parameter of this name"),
        (["pai", "modelarts"], '[family.pai]\nexclude = ["List*", "Nothing*"]\n', "--exclude 'Nothing*' matches no"),
    ],
)
def test_a_family_that_is_none_of_the_run_is_refused(
    arguments: list[str], file: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("contract-suite.toml").write_text(file)
    assert execute(["run", *arguments, *FEW]) == 2
    assert sentence in capsys.readouterr().err


def test_a_file_may_speak_of_families_that_a_command_leaves_out() -> None:
    Path("contract-suite.toml").write_text("[family.shop]\nworkers = 1\n[family.pai]\nworkers = 2\n")
    assert execute(["run", "modelarts", *FEW]) == 0


OPTIONS = RunOptions(
    url="http://a",
    allow_writes=True,
    by_family={
        "pai": {"url": "http://b", "values": {"x": "1"}, "headers": (("X-Key", "secret"),), "token_env": "KEY"},
        "shop": {"app": "shop:app", "url": None, "allow_writes": False},
    },
)


def test_a_record_gives_back_what_was_otherwise_for_a_family() -> None:
    recorded = json.loads(json.dumps(recorded_options(OPTIONS)))
    assert "secret" not in str(recorded)
    assert "KEY" not in str(recorded)
    back = restored_options(recorded, seed=0)
    assert (back.of("pai").url, back.of("pai").values) == ("http://b", {"x": "1"})
    assert (back.of("pai").headers, back.of("pai").token_env) == ((), "")
    assert (back.of("shop").app, back.of("shop").allow_writes) == ("shop:app", False)
    assert back.of("another").url == "http://a"


def test_another_endpoint_gets_neither_the_leave_nor_the_place_of_a_family() -> None:
    options = given_again(OPTIONS, RunOptions(url="http://c", token_env="MINE"))
    for name in ("pai", "shop", "another"):
        own = options.of(name)
        assert (own.url, own.app, own.allow_writes, own.token_env) == ("http://c", None, False, "MINE")
    options = given_again(OPTIONS, RunOptions(by_family={"pai": {"url": "http://d"}}))
    assert (options.of("pai").url, options.of("pai").allow_writes) == ("http://d", False)
    assert (options.of("shop").app, options.of("another").url, options.of("another").allow_writes) == (
        "shop:app",
        "http://a",
        True,
    )


def test_lint_takes_the_contracts_of_the_file_only_where_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("shop.yaml").write_text(SHOP)
    Path("words.yaml").write_text("overlay: 1.0.0\ninfo: {title: W, version: '1'}\nactions: []\n")
    Path("contract-suite.toml").write_text('contract = "shop.yaml"\noverlay = "words.yaml"\n')
    execute(["lint", "--format", "concise"])
    assert "1 document," in capsys.readouterr().out
    Path("words.yaml").unlink()
    execute(["lint", "shop.yaml", "--format", "concise"])
    assert "1 document," in capsys.readouterr().out
    assert execute(["lint"]) == 3
    assert "words.yaml" in capsys.readouterr().err


def test_the_command_of_a_run_names_the_addresses_of_its_families() -> None:
    options = RunOptions(contracts=("pai",), by_family={"pai": {"url": "http://localhost:1/api", "workers": 1}})
    assert command_line(options) == "contract-suite run pai --url pai=http://localhost:1/api"


@pytest.mark.longer
def test_the_last_run_is_looked_for_where_the_file_sends_it(capsys: pytest.CaptureFixture[str]) -> None:
    Path("shop.yaml").write_text(SHOP)
    Path("contract-suite.toml").write_text('contract = "shop.yaml"\nreport = "out"\n')
    assert execute(["run", "--fuzz-time", "0", "--max-requests", "5", "--allow-incomplete", "-q"]) == 0
    assert Path("out/run.ndjson").is_file()
    capsys.readouterr()
    assert execute(["report", "--format", "json"]) == 0
    assert '"contract-suite-report/' in capsys.readouterr().out
    for command, sentence in (("replay", "there is no finding 'zz'"), ("explain", "")):
        assert execute([command, "zz"]) == 2
        assert sentence in capsys.readouterr().err
    assert execute(["cleanup"]) == 0
    assert "nothing is left of the runs into out" in capsys.readouterr().out
