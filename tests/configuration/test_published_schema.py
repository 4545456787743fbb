"""The published JSON Schema and the program agree on what a configuration file may hold."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from contract_suite.cli.entry import execute
from contract_suite.errors import UsageError
from contract_suite.runner.configuration.reading import CONFIGURABLE
from contract_suite.runner.configuration.schema import configuration_schema
from contract_suite.runner.configuration.settings import open_configuration
from tests.configuration.test_precedence import toml
from tests.runner.test_option_table import EXAMPLES

VALIDATOR = jsonschema.Draft202012Validator(configuration_schema())
WRONG = (
    "sede = 1",
    "seed = 'one'",
    "seed = -1",
    "seed = [1]",
    "strict = 1",
    "strict = 'yes'",
    "include = [1]",
    "infer = 'maybe'",
    "fail-on = ['failure', 'all']",
    "min-coverage = 101",
    "timeout = 0",
    "workers = 65",
    "token-env = 'sk-live'",
    "token-env = ['A']",
    "header = {A = ['1']}",
    "url = {pai = 'http://localhost'}",
    "[family.pai]\nseed = 1",
    "[profiles.ci.profiles.x]",
    "[profiles]\nci = 1",
    "family = []",
    "update-baseline = true",
)
RIGHT = (
    "",
    "seed = '${SEED}'",
    "url = ['http://localhost', 'pai=http://localhost']",
    "fail-on = 'advisory'",
    "header = {A = '1'}",
    "set = {a = 1, b = true, c = 'x', d = 1.5}",
    "auth = ['A=B']",
    "workers = 3.0",
    "[family.pai]\nurl = 'http://localhost'\n[profiles.ci.family.pai]\nset = ['a=1']",
)


def is_read(text: str, folder: Path) -> bool:
    (folder / "contract-suite.toml").write_text(text)
    try:
        return open_configuration({}, start=folder) is not None
    except UsageError:
        return False


@pytest.mark.parametrize("text", WRONG)
def test_both_refuse(text: str, tmp_path: Path) -> None:
    assert not VALIDATOR.is_valid(tomllib.loads(text))
    assert not is_read(text, tmp_path)


@pytest.mark.parametrize("text", RIGHT)
def test_both_take(text: str, tmp_path: Path) -> None:
    assert VALIDATOR.is_valid(tomllib.loads(text)), text
    assert is_read(text, tmp_path)


def test_both_take_an_example_of_every_option(tmp_path: Path) -> None:
    text = "".join(f"{each.name} = {toml(each, EXAMPLES[each.name][0])}\n" for each in CONFIGURABLE)
    VALIDATOR.validate(tomllib.loads(text))
    assert is_read(text, tmp_path)


def test_it_is_a_schema_and_a_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    jsonschema.Draft202012Validator.check_schema(configuration_schema())
    assert execute(["schema", "config"]) == 0
    assert json.loads(capsys.readouterr().out) == configuration_schema()
