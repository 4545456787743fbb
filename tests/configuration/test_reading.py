"""A configuration file is read, or one sentence says what is wrong with it and on which line."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_suite.cli.entry import execute
from contract_suite.errors import UsageError
from contract_suite.known_secrets import KNOWN
from contract_suite.runner.configuration.key_lines import key_lines
from contract_suite.runner.configuration.reading import CONFIGURABLE
from contract_suite.runner.configuration.settings import open_configuration, settings_of

NAMES = [each.name for each in CONFIGURABLE]


def refused(folder: Path, text: str, name: str = "contract-suite.toml", profile: str = "") -> str:
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(UsageError) as raised:
        settings_of(CONFIGURABLE, [], environ={}, profile=profile, start=folder).values()
    return str(raised.value).replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("seed = 1\nfuz-time = 3\n", "2: there is no option 'fuz-time'; did you mean 'fuzz-time'"),
        ("\n[family.pai]\nsede = 1\n", "3: there is no option 'sede'"),
        ("[family.pai]\nseed = 1\n", "2: seed is the same for all families: set it above their tables"),
        ("[profiles.ci]\n[profiles.ci.family.pai]\nurk = 'x'\n", "3: there is no option 'urk'; did you mean 'url'?"),
        ("[profiles.ci.profiles.x]\n", "1: there is no option 'profiles'"),
        ("seed = 'one'\n", "1: seed takes a whole number"),
        ("seed = 1.5\n", "1: seed takes a whole number from 0, not '1.5'"),
        ("seed = true\n", "1: seed takes a whole number"),
        ("strict = 1\n", "1: strict takes true or false"),
        ("include = [1]\n", "1: include takes a text in quotes"),
        ("url = 1979-05-27\n", "1: url takes a text in quotes"),
        ("seed = [1]\n", "1: seed takes a whole number"),
        ("infer = 'maybe'\n", "1: infer takes off, confirm, not 'maybe'"),
        ("timeout = inf\n", "1: timeout takes a number of seconds above 0, not 'inf'"),
        ("family = 1\n", "1: family has a table for each family: [family.NAME]"),
        ("seed = 1\n[family]\npai = 1\n", "3: 'pai' is no family, which is a table: [family.NAME]"),
        ("profiles = []\n", "1: profiles has a table for each profile: [profiles.NAME]"),
        ("[family.pai]\nurl = 'pai=http://localhost'\n", "2: url takes one address here, without a family"),
        ("seed = \n", "1: the configuration is not valid TOML: Invalid value"),
        ("seed = 1\nseed = 2\n", "2: the configuration is not valid TOML: Cannot overwrite a value"),
        ("include = [\n 'a',\n 'b'\n]\n\nseed = -1\n", "6: seed takes a whole number from 0, not '-1'"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, sentence: str, tmp_path: Path) -> None:
    assert f"contract-suite.toml:{sentence}" in refused(tmp_path, text)


def test_a_project_file_is_told_with_its_own_lines(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\n\n[tool.contract-suite]\nsede = 1\n'
    assert "pyproject.toml:5: there is no option 'sede'; did you mean 'seed'" in refused(
        tmp_path, text, "pyproject.toml"
    )
    assert "pyproject.toml:1: contract-suite is a table" in refused(
        tmp_path, "tool.contract-suite = 1\n", "pyproject.toml"
    )


def test_a_wrong_file_ends_a_command_with_2_and_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("contract-suite.toml").write_text("sede = 1\n")
    assert execute(["run"]) == 2
    assert capsys.readouterr().err == (
        "contract-suite: contract-suite.toml:1: there is no option 'sede'; did you mean 'seed' or 'header'?\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--config", "none.toml"], "none.toml: there is no such configuration file"),
        (["--config", "."], ".: the configuration can't be read (Is a directory)"),
        (["--config", "pyproject.toml"], "pyproject.toml: there is no table [tool.contract-suite] in it"),
        (["--profile", "ci"], "there is no configuration file that could have a profile 'ci'"),
        (["--config", "c.toml", "--profile", "cj"], "c.toml: there is no profile 'cj'; there are ci"),
    ],
)
def test_a_file_or_profile_that_is_not_there(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text("[project]\n")
    Path("c.toml").write_text("[profiles.ci]\n")
    assert execute(["run", *arguments]) == 2
    assert sentence in capsys.readouterr().err


def test_the_nearest_file_counts_and_a_project_without_a_table_is_passed_by(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.contract-suite]\nseed = 1\n")
    (tmp_path / "a" / "pyproject.toml").write_text("this is [no TOML")
    assert settings_of(CONFIGURABLE, [], environ={}, start=inner).values() == {"seed": 1}
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.contract-suite]\nseed = 2\n")
    assert settings_of(CONFIGURABLE, [], environ={}, start=inner).values() == {"seed": 2}
    (tmp_path / "a" / "contract-suite.toml").write_text("seed = 3\n")
    assert settings_of(CONFIGURABLE, [], environ={}, start=inner).values() == {"seed": 3}


def test_paths_begin_in_the_folder_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "contract-suite.toml").write_text(
        'report = "out"\ncontract = ["pai", "openapi.yaml", "api", "http://localhost/openapi.json"]\nbaseline = "/known.toml"\n'
    )
    (tmp_path / "api").mkdir()
    (tmp_path / "pai").mkdir()  # a family is a family
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert settings_of(CONFIGURABLE, [], environ={}, start=Path.cwd()).values() == {
        "report": Path("../out"),
        "contracts": ("pai", "../openapi.yaml", "../api", "http://localhost/openapi.json"),
        "baseline": Path("/known.toml"),
    }


def test_lists_and_tables_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "contract-suite.toml").write_text(
        'header = "A: 1"\nset = {a = 1, b = true, c = "x=y", d = 1.5}\nauth = {Shop = "KEY"}\n'
        '[profiles.list]\nheader = ["A: 1"]\nset = ["a=1", "b=true", "c=x=y", "d=1.5"]\nauth = ["Shop=KEY"]\n'
    )
    one, other = (
        settings_of(CONFIGURABLE, [], environ={}, profile=each, start=tmp_path).values() for each in ("", "list")
    )
    assert one == other
    assert one["values"] == {"a": "1", "b": "true", "c": "x=y", "d": "1.5"}


def test_variables_stand_for_what_the_environment_holds_and_only_where_it_counts(tmp_path: Path) -> None:
    (tmp_path / "contract-suite.toml").write_text(
        'url = "http://${HOST}:1/$${x}/${ no }"\nseed = "${SEED}"\n[profiles.other]\nseed = "${NOT_SET}"\n'
    )
    environ = {"HOST": "localhost", "SEED": "4"}
    values = settings_of(CONFIGURABLE, [], environ=environ, start=tmp_path).values()
    assert values == {"url": "http://localhost:1/${x}/${ no }", "seed": 4}
    with pytest.raises(UsageError, match=r":4: seed takes \$NOT_SET from the environment, which is not set"):
        settings_of(CONFIGURABLE, [], environ=environ, profile="other", start=tmp_path).values()


def test_a_key_in_plain_text_is_warned_of_and_known(tmp_path: Path) -> None:
    KNOWN.forget()
    (tmp_path / "contract-suite.toml").write_text(
        'header = {Accept = "text/plain", X-Api-Key = "sk-of-mine-1", Authorization = "Bearer ${KEY}"}\n'
        'set = {password = "hunter-two"}\nurl = "http://me:pass-word@localhost"\n'
    )
    configuration = open_configuration({}, start=tmp_path)
    assert configuration is not None
    assert [each.partition(": ")[2] for each in configuration.warnings] == [
        "header 'X-Api-Key' holds a key in plain text; write ${NAME}, and set NAME in the environment",
        "set 'password' holds a key in plain text; write ${NAME}, and set NAME in the environment",
        "url holds a password in plain text; write ${NAME}, and set NAME in the environment",
    ]
    assert {"sk-of-mine-1", "hunter-two", "pass-word"} <= set(KNOWN.names)
    assert "text/plain" not in KNOWN.names
    KNOWN.forget()


def test_a_substituted_secret_is_known_by_its_variable(tmp_path: Path) -> None:
    KNOWN.forget()
    (tmp_path / "contract-suite.toml").write_text('header = "X-Api-Key: ${MINE}"\nset = {project = "${PROJECT}"}\n')
    settings_of(CONFIGURABLE, [], environ={"MINE": "sk-of-mine-2", "PROJECT": "p1"}, start=tmp_path).values()
    assert KNOWN.names == {"sk-of-mine-2": "$MINE"}
    KNOWN.forget()


SCALARS = (
    st.none().map(lambda _: "")
    | st.text(max_size=8)
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.sampled_from(["${HOME_OF}", "pai=http://x", "a=b", "A: b", "KEY", "off", "http://u:p@h"])
)
VALUES = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3)
)
TABLES = st.dictionaries(st.sampled_from([*NAMES, "family", "profiles", "x"]) | st.text(max_size=4), VALUES, max_size=4)
NESTED = st.fixed_dictionaries(
    {},
    optional={
        "family": st.dictionaries(st.text(max_size=4), TABLES, max_size=2) | VALUES,
        "profiles": st.dictionaries(st.text(max_size=4), TABLES, max_size=2) | VALUES,
    },
)


def is_read_or_refused(folder: Path) -> bool:
    try:
        settings_of(CONFIGURABLE, [], environ={}, start=folder).values()
    except UsageError as error:
        return "contract-suite.toml:" in str(error) and str(error).isprintable()
    return True


@pytest.mark.longer
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(TABLES, NESTED)
def test_any_toml_is_a_configuration_or_one_sentence(
    tmp_path: Path, table: dict[str, object], nested: dict[str, object]
) -> None:
    document = {**table, **nested}
    try:
        text = tomlkit.dumps(document)
        tomllib.loads(text)
    except (ValueError, tomlkit.exceptions.TOMLKitError):
        return  # not every text is one that TOML can hold
    path = tmp_path / "contract-suite.toml"
    path.write_text(text, "utf-8", newline="")
    assert is_read_or_refused(tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.binary(max_size=60) | st.text(alphabet="[]{}=.\"'#\n ab1-", max_size=40).map(str.encode))
def test_any_bytes_are_a_configuration_or_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "contract-suite.toml").write_bytes(content)
    assert is_read_or_refused(tmp_path)


@pytest.mark.parametrize("content", ["a = " + "[" * 5000, "seed = " + "9" * 5000, "x = 1\n" * 200_000])
def test_a_monstrous_file_is_refused_in_one_sentence(content: str, tmp_path: Path) -> None:
    assert "contract-suite.toml:" in refused(tmp_path, content)


KEYS = st.text(alphabet="abc", min_size=1, max_size=2)
PLAIN = st.recursive(
    st.integers() | st.text(alphabet='ab"\n]}', max_size=5),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(KEYS, below, max_size=2),
    max_leaves=6,
)


@pytest.mark.longer
@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, PLAIN, max_size=4))
def test_each_key_at_the_top_has_the_line_on_which_it_stands(document: dict[str, object]) -> None:
    text = tomlkit.dumps(document)
    lines = key_lines(text)
    for key in tomllib.loads(text):
        line = text.split("\n")[lines[key,] - 1]
        assert line.lstrip(" [").startswith(key)


SENDS_VALUES = """\
openapi: 3.1.0
info: {title: Things, version: "1"}
paths:
  /things:
    get:
      operationId: listThings
      parameters:
        - {name: project, in: query, required: true, schema: {type: string}}
        - {name: api_key, in: query, schema: {type: string}}
      responses: {"200": {description: ok, content: {application/json: {schema: {type: object}}}}}
"""


def test_no_record_and_no_report_holds_what_the_configuration_kept_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MY_TOKEN", "of-the-environment-5")
    Path("things.yaml").write_text(SENDS_VALUES)
    Path("contract-suite.toml").write_text(
        'contract = "things.yaml"\nfuzz-time = 0\nset = {project = "${MY_TOKEN}", api_key = "in-plain-text-7"}\n'
        'header = {X-Tenant = "${MY_TOKEN}", X-Api-Key = "in-plain-text-8"}\n'
    )
    assert execute(["run", "--allow-incomplete"]) == 0
    out, err = capsys.readouterr()
    written = [each.read_text("utf-8") for each in Path("contract-suite-report").iterdir() if each.is_file()]
    assert any("?project=$HEADER_X_TENANT" in each for each in written)
    for text in (out, err, *written):
        for secret in ("of-the-environment", "in-plain-text"):
            assert secret not in text
