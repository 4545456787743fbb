"""The pytest plugin reads the same file, after its own command line and ini file."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.pytest_plugin.options import read_options
from tests.pytest_plugin.conftest import loaded

pytest_plugins = ["pytester"]

FILE = """\
contract = ["pai"]
seed = 1
workers = 1
timeout = 1
strict = true
url = "https://staging.example.com"
[profiles.ci]
seed = 2
[family.pai]
url = "http://127.0.0.1:1/api"
"""


def test_command_line_environment_ini_profile_and_file_count_in_this_order(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makefile(".toml", **{"contract-suite": FILE})
    pytester.makefile(".ini", pytest="[pytest]\ncontract_workers = 3\ncontract_timeout = 3\ncontract_strict = false\n")
    monkeypatch.setenv("CONTRACT_SUITE_WORKERS", "4")
    run = read_options(pytester.parseconfig("--contract-profile=ci", "--contract-max-time=5")).run
    assert (run.seed, run.timeout, run.workers, run.max_time, run.strict) == (2, 3, 4, 5, False)
    assert (run.url, run.of("pai").url) == ("https://staging.example.com", "http://127.0.0.1:1/api")
    assert read_options(pytester.parseconfig("--contract-url=mock")).run.of("pai").url is None


def test_an_ini_file_may_choose_the_file_and_its_profile(pytester: pytest.Pytester) -> None:
    pytester.mkdir("etc").joinpath("c.toml").write_text(FILE)
    pytester.makefile(".ini", pytest="[pytest]\ncontract_config = etc/c.toml\ncontract_profile = ci\n")
    assert read_options(pytester.parseconfig()).run.seed == 2


@pytest.mark.longer
def test_a_contract_of_the_file_serves_the_fixtures_and_makes_no_tests(pytester: pytest.Pytester) -> None:
    pytester.makefile(".toml", **{"contract-suite": 'contract = "pai"\n'})
    pytester.makepyfile("def test_server(contract_server): assert contract_server.url")
    result = pytester.runpytest_inprocess(*loaded(), "-q")
    result.assert_outcomes(passed=1)
    options = read_options(pytester.parseconfig())
    assert (options.contracts, options.collected) == (("pai",), ())
    assert read_options(pytester.parseconfig("--contract=modelarts")).collected == ("modelarts",)


@pytest.mark.parametrize("name", ["contract-suite.toml", "pyproject.toml"])
def test_a_mistake_in_the_file_is_one_sentence(name: str, pytester: pytest.Pytester) -> None:
    head = "[tool.contract-suite]\n" if name == "pyproject.toml" else "\n"
    Path(name).write_text(f"{head}sede = 1\n")
    result = pytester.runpytest_inprocess(*loaded())
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {name}:2: there is no option 'sede'; did you mean 'seed'*"])


def test_a_key_in_plain_text_is_warned_of(pytester: pytest.Pytester) -> None:
    pytester.makefile(".toml", **{"contract-suite": 'header = "X-Api-Key: sk-of-mine-3"\n'})
    pytester.makepyfile("def test_nothing(): pass")
    result = pytester.runpytest_inprocess(*loaded())
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        ["*PytestConfigWarning: contract-suite.toml:1: header 'X-Api-Key' holds a key in plain *"]
    )
    result.stdout.no_fnmatch_line("*sk-of-mine-3*")


def test_a_file_above_the_project_is_only_found(pytester: pytest.Pytester) -> None:
    """It may be anybody's, as in a folder for temporary files."""
    pytester.path.parent.joinpath("contract-suite.toml").write_text('app = "shop:app"\n')
    try:
        pytester.makefile(".ini", pytest="[pytest]\n")
        with pytest.raises(pytest.UsageError, match="app is not taken from a file that was only found"):
            read_options(pytester.parseconfig())
        pytester.makefile(".toml", **{"contract-suite": 'app = "shop:app"\n'})
        assert read_options(pytester.parseconfig()).run.app == "shop:app"
    finally:
        pytester.path.parent.joinpath("contract-suite.toml").unlink()
