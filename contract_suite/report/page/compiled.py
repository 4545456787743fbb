"""Keeps a compiled template where Python keeps the compiled modules of this package: compiling it anew takes 0.14 s."""

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

_OPTIONS: Final = ("autoescape", "trim_blocks", "lstrip_blocks", "keep_trailing_newline", "optimized")
"""Those of our options that decide how Jinja compiles; it compares the template's text and Python's version itself."""


class CompiledBesidePackage(BytecodeCache):
    """Reads and writes compiled templates in `__pycache__`: whoever can write there can change this package's code as well.

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
    """Return where a compiled template is kept: one that was compiled by others or with other options stands elsewhere."""
    environment = bucket.environment
    options = [getattr(environment, name) for name in _OPTIONS]
    made_by = (jinja2.__version__, contract_suite.__version__, bucket.key, *options)
    digest = hashlib.sha256(repr(made_by).encode()).hexdigest()[:16]
    return Path(cache_from_source(__file__)).with_name(f"template-{digest}.pyc")
