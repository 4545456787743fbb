"""What a session pays that has nothing to do with contracts."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.pytest_plugin.conftest import loaded

pytest_plugins = ["pytester"]

HEAVY = (
    "yaml",
    "click",
    "rich",
    "jsonschema",
    "jsonschema_rs",
    "httpx",
    "respx",
    "hypothesis",
    "schemathesis",
    "uvicorn",
    "asyncio",
)


def test_the_plugin_imports_nothing_heavy() -> None:
    program = (
        "import sys, pytest; before = set(sys.modules); import contract_suite.pytest_plugin.plugin; "
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)  # noqa: S603 - our own
    assert set(found.stdout.split()) <= {"contract_suite"}
    assert not set(found.stdout.split()) & set(HEAVY)


def test_the_plugin_is_loaded_in_less_than_fifty_milliseconds() -> None:
    program = (
        "import pytest, time; begun = time.process_time(); import contract_suite.pytest_plugin.plugin; "
        "print(time.process_time() - begun)"
    )
    found = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30
    )
    assert 0 < float(found.stdout) < 0.05


def test_a_session_without_contracts_is_what_it_was(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import sys\n\ndef test_one(): assert 'contract_suite.pytest_plugin.provider' not in sys.modules"
    )
    result = pytester.runpytest_subprocess(
        *loaded(), "-W", "error", "--strict-markers", "-p", "no:cacheprovider", timeout=30
    )
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("contracts: *")


def test_options_and_markers_are_listed(pytester: pytest.Pytester) -> None:
    pytester.runpytest_inprocess(*loaded(), "--markers").stdout.fnmatch_lines(
        ["@pytest.mark.contract(*", "@pytest.mark.contract_advisory*"]
    )
    pytester.runpytest_inprocess(*loaded(), "--help").stdout.fnmatch_lines(
        ["*--contract=NAME*", "*--contract-baseline=FILE*"]
    )
