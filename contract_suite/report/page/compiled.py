"""Keeps a compiled template where Python keeps the compiled modules of this package: compiling it anew takes 0.2 s."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import Final

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

import contract_suite

_MADE_BY: Final = f"{jinja2.__version__} {contract_suite.__version__}"
"""Jinja itself compares the template's text and Python's version, and not these."""


class CompiledBesidePackage(BytecodeCache):
    """Reads and writes compiled templates in `__pycache__`, which nobody but the owner of this package can write to.

    A folder that can't be written to costs time, and never a report.
    """

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket, unless its template was never compiled, or was compiled from another text."""
        with suppress(OSError, EOFError, ValueError, TypeError), _file(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what is in a bucket; whole or not at all, as several processes may do so at once."""
        if sys.dont_write_bytecode:
            return
        path = _file(bucket)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
            try:
                with os.fdopen(handle, "wb") as file:
                    bucket.write_bytecode(file)
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)


def _file(bucket: Bucket) -> Path:
    digest = hashlib.sha256(f"{_MADE_BY} {bucket.key}".encode()).hexdigest()[:16]
    return Path(cache_from_source(__file__)).with_name(f"template-{digest}.pyc")
