"""What the ledgers in a folder name, for whoever wants to know what earlier runs left."""

from __future__ import annotations

from pathlib import Path

from contract_suite.runner.leftovers.ledger_file import SUFFIX, InUseError, LedgerFile, Origin, Thing


def ledgers(folder: Path) -> tuple[Path, ...]:
    """Return the ledgers in a folder, the oldest first; a file is its own only ledger."""
    if folder.is_file():
        return (folder,)
    return tuple(sorted(each for each in folder.glob(f"*{SUFFIX}") if each.is_file() and not each.is_symlink()))


def left_in(folder: Path) -> tuple[tuple[Path, Origin, tuple[Thing, ...]], ...]:
    """Return what the ledgers in a folder name whose runs are over."""
    found = []
    for path in ledgers(folder):
        with LedgerFile(path) as ledger:
            try:
                origin, things = ledger.read()
            except InUseError:
                continue
        if things:
            found.append((path, origin, things))
    return tuple(found)


def forget(path: Path) -> None:
    """Remove a ledger, whatever it names. `InUseError` while its run goes on."""
    with LedgerFile(path) as ledger:
        _, things = ledger.read()
        ledger.drop(each.id for each in things)
