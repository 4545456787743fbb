"""The folder of a pytest session: where its workers meet, and where the record goes that nobody wants to keep.

pytest's cache remembers the folders of sessions, so that the next session finds what a killed one left at an endpoint.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

import pytest

WORKER_FOLDER: Final = "contract_suite_run"
"""Where the controller of pytest-xdist tells its workers which folder they share."""
_FOLDERS: Final = "contract-suite/folders"


class SessionFolder:
    """The folder of one session, made when it is first asked for; the workers of pytest-xdist have that of their controller.

    `report` is where the user wants the reports, if anywhere: records and ledgers lie there then.
    """

    def __init__(self, config: pytest.Config, report: Path | None) -> None:
        """Nothing is made yet."""
        self._config = config
        self._report = report
        self._path: Path | None = None
        self._began = time.time()
        self.is_own = False
        """Whether this process made the folder, and so removes it."""

    @property
    def path(self) -> Path:
        """The folder itself."""
        if self._path is None:
            given = getattr(self._config, "workerinput", {}).get(WORKER_FOLDER)
            self.is_own = given is None
            self._path = Path(given) if given else Path(tempfile.mkdtemp(prefix="contract-suite-"))
            if self.is_own:
                self._remember([*self._remembered(), str(self._path)])
        return self._path

    def holds(self, name: str) -> bool:
        """Whether a file of this name lies in the folder; the folder isn't made for it."""
        return self._path is not None and (self._path / name).is_file()

    def has_begun(self) -> bool:
        """Whether a run of this session was begun and not ended, here or where the reports go."""
        from contract_suite.record.run_folder import begun_in

        begun = [record for each in self._written_to() for record in begun_in(each)]
        return any(record.stat().st_mtime >= self._began for record in begun)

    def left(self) -> list[str]:
        """What this session or an earlier one left at an endpoint, in sentences."""
        from contract_suite.runner.leftovers.reading import left_in

        folders = dict.fromkeys([*self._written_to(), *(Path(each) for each in self._remembered())])
        return [
            f"{len(things)} thing{'s' * (len(things) != 1)} of a run {'is' if len(things) == 1 else 'are'} left at "
            f"{origin.target}; `contract-suite cleanup {path.parent}` deletes what is still there"
            for folder in folders
            if folder.is_dir()
            for path, origin, things in left_in(folder)
        ]

    def clean_up(self) -> None:
        """Remove what nobody wants to keep: not the ledger of what is still left at an endpoint."""
        if not self.is_own or self._path is None:
            return
        if not any(self._path.glob("*.ledger")):
            shutil.rmtree(self._path, ignore_errors=True)
        self._remember([each for each in self._remembered() if Path(each).is_dir()])

    def _written_to(self) -> list[Path]:
        """Where the session's records and ledgers may lie."""
        places = [self._path, self._report.absolute() if self._report else None]
        return [each for each in places if each is not None and each.is_dir()]

    def _remembered(self) -> list[str]:
        """The folders of sessions that were not removed: of those that go on, and of those that left something."""
        cache = self._config.cache if hasattr(self._config, "cache") else None
        found = cache.get(_FOLDERS, []) if cache is not None else []
        return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []

    def _remember(self, folders: list[str]) -> None:
        cache = self._config.cache if hasattr(self._config, "cache") else None
        if cache is not None:
            cache.set(_FOLDERS, folders)
