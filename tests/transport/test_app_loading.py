"""Finding the user's application."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from contract_suite.errors import UsageError
from contract_suite.transport.app_loading import load_app

_SOURCE = """
class Holder:
    async def app(self, scope, receive, send): ...

holder = Holder()

async def app(scope, receive, send): ...

def make(): return app

def fails(): raise OSError("no disk")

def wsgi(environ, start_response): ...

number = 3
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "loadable_service.py").write_text(_SOURCE)
    (tmp_path / "loadable_broken.py").write_text("import loadable_nothing")
    (tmp_path / "loadable_exiting.py").write_text("raise SystemExit(3)")
    return tmp_path


@pytest.mark.parametrize("name", ["loadable_service:app", "loadable_service:holder.app", "loadable_service:make()"])
def test_an_application_is_found_in_the_current_folder(name: str) -> None:
    assert callable(load_app(name))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("loadable_service", "module:attribute"),
        ("loadable_service:", "module:attribute"),
        ("loadable service:app", "module:attribute"),
        ("loadable_absent:app", "no module 'loadable_absent'"),
        ("loadable_absent.sub:app", "no module 'loadable_absent'"),
        ("loadable_broken:app", "Importing 'loadable_broken' failed: No module named 'loadable_nothing'"),
        ("loadable_exiting:app", "SystemExit: 3"),
        ("loadable_service:absent", "has no 'absent'"),
        ("loadable_service:holder.absent", "has no 'holder.absent'"),
        ("loadable_service:number", "is no ASGI application: it is 'int'"),
        ("loadable_service:number()", "can't be called"),
        ("loadable_service:make", "if it is a factory"),
        ("loadable_service:fails()", "OSError: no disk"),
        ("loadable_service:wsgi", "looks like a WSGI application"),
    ],
)
def test_what_is_no_application_is_the_users_trouble(name: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_app(name)
    assert sentence in str(caught.value)
