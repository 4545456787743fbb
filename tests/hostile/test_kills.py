"""Runs of many documents before their own mocks, ended at random moments: the mocks' data is then as it was, or what is not is named."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from tests.hostile.mortal import DOCUMENTS, Kept, moment, run_to_its_end

pytestmark = [pytest.mark.slow, pytest.mark.matrix]


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """Let a folder be a file system of its own with so much room."""
    folder.mkdir()
    size = f"size={kilobytes}k"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)  # noqa: S603, S607 - the system's
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607 - as above


def document_of(seed: int) -> str:
    return DOCUMENTS[seed % len(DOCUMENTS)]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(200))
def test_a_killed_run_leaves_nothing_that_is_not_named(seed: int, tmp_path: Path) -> None:
    document = document_of(seed)
    ending = moment(Random(f"kill/{seed}"), document, signal.SIGKILL)  # noqa: S311 - moments are no secret
    assert not run_to_its_end(Kept(document), document, ending, tmp_path / "report")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(50))
def test_a_stopped_run_leaves_nothing_that_is_not_named(seed: int, tmp_path: Path) -> None:
    document = document_of(seed)
    ending = moment(Random(f"term/{seed}"), document, signal.SIGTERM)  # noqa: S311 - as above
    assert not run_to_its_end(Kept(document), document, ending, tmp_path / "report")


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="only root makes file systems")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(20))
def test_a_run_onto_a_full_disk_leaves_nothing_that_is_not_named(seed: int, tmp_path: Path) -> None:
    document, random = document_of(seed), Random(f"disk/{seed}")  # noqa: S311 - as above
    folder = tmp_path / "report"
    with small_disk(folder, int(8 * 4 ** (random.random() * 4))):
        assert not run_to_its_end(Kept(document), document, None, folder)
