"""What an application in this process raised, in the words of a report: the exception, and the line of the user's code."""

from __future__ import annotations

import sysconfig
import traceback
from pathlib import Path
from typing import Final

_OURS: Final = Path(__file__).resolve().parents[1]
_INSTALLED: Final = tuple({Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "purelib", "platlib")})


def worded(error: BaseException) -> str:
    """Return the kind of the exception and the first line of its text."""
    text = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else f"{type(error).__name__}."


def with_its_line(error: BaseException) -> str:
    """Return the same with the innermost line that is neither ours nor a library's: `KeyError: 3 (app.py:41, in read)`.

    Paths are those below the working directory; of any other file it is the name alone.
    """
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        path = Path(frame.f_code.co_filename).resolve()
        if path.is_file() and not any(path.is_relative_to(each) for each in (_OURS, *_INSTALLED)):
            here = Path.cwd()
            shown = path.relative_to(here).as_posix() if path.is_relative_to(here) else path.name
            return f"{worded(error).rstrip('.')} ({shown}:{line}, in {frame.f_code.co_name})"
    return worded(error)
