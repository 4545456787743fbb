"""What lies in the working directory: nothing of it runs or hinders fuzzing, and nothing is left there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.running import NOTES

_CASES = 30
_FUZZING = """
import re, sys
from pathlib import Path
from contract_suite.cli.entry import main
from contract_suite.generate.fuzzing import fuzz
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import load_contracts

try:
    main(["--version"])
except SystemExit:
    pass
contract, = load_contracts(RunOptions(contracts=(sys.argv[1],)))
cases = []
template = {"body": {"title": "one"}}
provide = lambda: template if len(cases) < int(sys.argv[2]) else None
fuzzed = fuzz(contract, contract.operation("CreateNote"), provide, lambda case: cases.append(case) or (), seconds=600)
peak = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())
print(len(cases), int(peak[1]) // 1024, fuzzed.trouble)
"""
"""As a run begins and fuzzes, in a process and a folder that nobody has prepared: cases drawn, peak in MB, trouble."""
_PEAK = 150
_CONFIGURATIONS = {
    "hooks": 'hooks = "planted"\n',
    "no-toml": "[generation\n",
    "unknown-option": "nonsense = 7\n",
    "hooks-of-a-project": '[[project]]\ntitle = "CreateNote"\nhooks = "planted"\n',
}


def _fuzz(folder: Path) -> tuple[int, int, str]:
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("HYPOTHESIS_", "PYTEST_"))}
    environ |= {"XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}
    (folder / "work").mkdir(exist_ok=True)
    ended = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", _FUZZING, NOTES, str(_CASES)],
        cwd=folder / "work",
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    cases, megabytes, trouble = ended.stdout.splitlines()[-1].split(" ", 2)
    return int(cases), int(megabytes), trouble


@pytest.mark.longer
@pytest.mark.parametrize("name", _CONFIGURATIONS)
def test_another_tools_configuration_is_not_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "schemathesis.toml").write_text(_CONFIGURATIONS[name], "utf-8")
    (tmp_path / "planted.py").write_text("open('owned', 'w').close()\n", "utf-8")
    cases, _, trouble = _fuzz(tmp_path)
    assert (cases, trouble) == (_CASES, "")
    assert not (tmp_path / "work" / "owned").exists()


@pytest.mark.longer
def test_the_first_fuzzing_of_a_machine_leaves_nothing_in_its_folder_and_takes_no_more_memory(tmp_path: Path) -> None:
    cases, megabytes, _ = _fuzz(tmp_path)
    assert cases == _CASES
    assert not list((tmp_path / "work").iterdir())
    assert megabytes < _PEAK
