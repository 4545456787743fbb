"""A session says where a client went wrong, which options can't be meant, and which gate it leaves out."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tests.pytest_plugin.conftest import Run

pytest_plugins = ["pytester"]

CLIENT = """
import asyncio
import threading

import httpx
import pytest

pytestmark = pytest.mark.contract("shop.yaml")


def listed(url, **query):
    return httpx.get(f"{url}/items", params=query, headers={"Authorization": "Bearer secret"}, trust_env=False)


def test_direct(FIXTURE):
    listed(FIXTURE.url, size=2)
    listed(FIXTURE.url, sise=2)  # here
    listed(FIXTURE.url, size="x")


def test_async(FIXTURE):
    async def go():
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.get(f"{FIXTURE.url}/items")

    asyncio.run(go())


def test_fails_anyway(FIXTURE):
    assert listed(FIXTURE.url, size="x").status_code == 200


@pytest.fixture
def closing(FIXTURE):
    yield
    listed(FIXTURE.url, size="x")


def test_late(closing):
    pass
"""


@pytest.mark.longer
@pytest.mark.parametrize("fixture", ["contract_server", "contract_mock"])
def test_a_client_fails_its_test_in_the_call_at_the_line_that_asked(
    shop: pytest.Pytester, session: Run, fixture: str
) -> None:
    shop.makepyfile(test_it=CLIENT.replace("FIXTURE", fixture))
    result = session("test_it.py", "-rfE")
    result.assert_outcomes(failed=3, passed=1, errors=1)
    line = next(
        number for number, text in enumerate((shop.path / "test_it.py").read_text().splitlines(), 1) if "# here" in text
    )
    result.stdout.fnmatch_lines(
        [
            ">       listed(*, sise=2)  # here",
            f"test_it.py:{line}: *",
            "E       Failed: the client broke the contract shop: query.sise: *did you mean 'size'? (and 1 more)",
            "E*called *test_it.py:11",
            "test_it.py:11: Failed",
            ">       asyncio.run(go())",
            "*AssertionError: assert 400 == 200",
            "*Captured contract call*",
            '*query.size: "x" is not of type integer',
            "FAILED test_it.py::test_direct*",
            "ERROR test_it.py::test_late*",
        ]
    )


WRONG = {
    "address": (["--contract-url=shop.test"], "A base URL begins with http:// or https://"),
    "application": (["--contract-app=nowhere:app"], "There is no module 'nowhere'"),
    "pattern": (["--contract-include=Nope"], "--contract-include 'Nope' matches no operation"),
    "value": (["--contract-set=sise=1"], "--contract-set sise: no operation takes a parameter of this name"),
    "family": (["--contract=shop"], "there is no family 'shop' and no such file"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_option_that_can_not_be_meant_is_a_usage_error(session: Run, name: str) -> None:
    arguments, said = WRONG[name]
    result = session(*([] if name == "family" else ["--contract=shop.yaml"]), *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {said.replace('[', '[[]')}*"])


def test_an_endpoint_that_nobody_asked_is_told(session: Run, shop: pytest.Pytester) -> None:
    shop.makepyfile(test_it=CLIENT.replace("FIXTURE", "contract_server"), test_own="def test_own():\n    pass\n")
    result = session("test_own.py", "--contract-url=http://127.0.0.1:9")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["contracts: --contract-url had no effect: no contract is named*"])


@pytest.mark.parametrize("always", ["", "contract_always = true"])
def test_a_gate_that_named_paths_leave_out_is_told_loudly_and_can_be_kept(
    session: Run, shop: pytest.Pytester, always: str
) -> None:
    folder = shop.path / "tests"
    folder.mkdir()
    (folder / "test_own.py").write_text("def test_own():\n    pass\n")
    shop.makeini(f"[pytest]\ncontract = shop.yaml\ncontract_app = right:app\n{always}\n")
    result = session("tests")
    assert result.ret == 0
    left_out = "*shop.yaml of the ini file NOT TESTED, because paths were given (contract_always = true*"
    if always:
        result.stdout.no_fnmatch_line(left_out)
        assert result.parseoutcomes()["passed"] > 10
    else:
        result.stdout.fnmatch_lines([f"contracts: {left_out}", "*= contracts =*", left_out])
        result.assert_outcomes(passed=1)


@pytest.mark.slow
def test_the_snippets_of_the_pages_are_typed(tmp_path: Path) -> None:
    api = pytest.importorskip("mypy.api", reason="needs mypy")
    root = Path(__file__).parents[2]
    files = []
    for page in ("README.md", "docs/pytest.md"):
        for number, block in enumerate((root / page).read_text("utf-8").split("```python\n")[1:]):
            files.append(tmp_path / f"{Path(page).stem.lower()}_{number}.py")
            files[-1].write_text(textwrap.dedent(block.partition("```")[0]))
    assert len(files) >= 5
    out, err, code = api.run(["--strict", "--config-file=", f"--cache-dir={tmp_path / 'cache'}", *map(str, files)])
    assert (code, err) == (0, ""), out
