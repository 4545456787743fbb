"""`contract-suite cleanup`: exactly what a ledger names, and of that what is still there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contract_suite.cli.entry import execute
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.embedded import running
from contract_suite.mock.server import MockServer
from contract_suite.runner.leftovers.ledger_file import LedgerFile, Origin, State, Thing
from contract_suite.runner.options.option_table import recorded_options
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from tests.contracts import load
from tests.runner.notes_app import DOCUMENT, Notes
from tests.runner.notes_server import serving

PREFIX = "cs-abcdef-"


class World:
    """A service of notes behind a port, and a ledger of a run that was killed."""

    def __init__(self, service: Notes, url: str, folder: Path) -> None:
        self.service, self.url, self.folder = service, url, folder
        self.document = folder / "notes.yaml"
        self.document.write_text(DOCUMENT)

    def make(self, title: str) -> str:
        status, made = self.service.reply("POST", "/notes", "", json.dumps({"title": title}).encode())
        assert status == 201
        return str(made["id"])

    def titles(self) -> set[str]:
        return {note["title"] for note in self.service.notes.values()}

    def ledger(self, *things: Thing, url: str = "") -> Path:
        options = RunOptions(contracts=(str(self.document),), url=url or self.url)
        origin = Origin(target=self.url, version="0", started="", seed=0, options=recorded_options(options))
        path = self.folder / "run-1.ledger"
        with LedgerFile(path, origin) as ledger:
            ledger.expect(things)
        return path


def clean(world: World, *options: str) -> int:
    return execute(["cleanup", str(world.folder), *options])


def thing(title: str, *, id: str = "", state: State = State.SENT) -> Thing:  # noqa: A002 - the field's name
    return Thing(
        state=State.MADE if id else state,
        family="notes",
        resource="Note",
        operation="CreateNote",
        prefix=PREFIX,
        sent={"title": title},
        identity={"id": id} if id else {},
    )


def with_upserts(document: str) -> str:
    """Let an update make what it names."""
    put = """
    put:
      operationId: PutNote
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: {type: object, properties: {title: {type: string}}}}}}
      responses: {"200": {description: was there}, "201": {description: is new}}
"""
    document = document.replace(
        "      delete: {operation: DeleteNote}\n",
        "      delete: {operation: DeleteNote}\n      update: {operation: PutNote}\n",
    )
    return document.replace("  /notes/{id}:\n", f"  /notes/{{id}}:{put}")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    service = Notes()
    for number in range(60):  # more than a page holds
        service.reply("POST", "/notes", "", json.dumps({"title": f"theirs {number}"}).encode())
    with serving(service, latency=0.0) as (url, _):
        yield World(service, url, tmp_path)


def test_exactly_what_the_ledger_names_is_deleted(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    before = world.titles()
    mine, other = world.make(f"{PREFIX}1"), world.make(f"{PREFIX}2")
    path = world.ledger(thing(f"{PREFIX}1", id=mine))
    assert clean(world) == 0
    assert world.titles() == {*before, f"{PREFIX}2"}
    assert "deleted 1, not there any more 0, left 0" in capsys.readouterr().out
    assert not path.exists()
    assert other


def test_what_is_gone_already_is_no_trouble(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    path = world.ledger(thing(f"{PREFIX}1", id="note-none"))
    assert clean(world) == 0
    assert "not there any more 1" in capsys.readouterr().out
    assert not path.exists()


def test_a_create_without_an_answer_is_found_by_its_name(world: World) -> None:
    before = world.titles()
    world.make(f"{PREFIX}1")
    world.make(f"{PREFIX}11")
    world.ledger(thing(f"{PREFIX}1"), thing(f"{PREFIX}2"))
    assert clean(world) == 0
    assert world.titles() == {*before, f"{PREFIX}11"}


def test_what_shows_another_name_by_now_stays(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A server may give the id of what was deleted to what somebody else makes."""
    others = world.make("shopping")
    path = world.ledger(thing(f"{PREFIX}1", id=others))
    assert clean(world) == 4
    assert "shopping" in world.titles()
    assert "somebody else's" in capsys.readouterr().out
    assert path.exists()


def test_what_nothing_tells_is_listed_as_perhaps(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.make("shopping")
    world.ledger(thing("shopping"))
    assert clean(world) == 4
    assert "perhaps Note" in capsys.readouterr().out
    assert "shopping" in world.titles()
    assert clean(world, "--forget") == 0
    assert clean(world) == 0
    assert "nothing is left" in capsys.readouterr().out


def test_a_member_that_the_create_does_not_take_tells_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A create that named an id, to see whether that is ignored, was taken for not made, as no note has that id."""
    world.make("shopping")
    sent = replace(thing("shopping"), sent={"title": "shopping", "id": "note-of-ours"})
    world.ledger(sent)
    assert clean(world) == 4
    assert "perhaps Note" in capsys.readouterr().out
    assert "shopping" in world.titles()


def test_what_whole_lists_do_not_show_was_not_made(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.ledger(thing("shopping"))
    assert clean(world) == 0
    assert "not there any more 1" in capsys.readouterr().out


@pytest.mark.parametrize("sent", ["perhaps it", " Perhaps IT "])
def test_what_looks_like_what_was_sent_is_named_and_stays(
    sent: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.make("perhaps it")
    world.ledger(thing(sent))
    assert clean(world) == 4
    assert f"sent with title {sent!r}" in capsys.readouterr().out
    assert "perhaps it" in world.titles()


def test_an_update_whose_answer_was_lost_costs_nobody_what_was_there(world: World) -> None:
    """Its body may have named what somebody else had at that address; a name in the address itself is the run's."""
    world.document.write_text(with_upserts(DOCUMENT))
    theirs = world.make(f"{PREFIX}1")
    update = replace(thing(""), operation="PutNote", sent={"id": theirs, "title": f"{PREFIX}1"})
    world.ledger(update)
    assert clean(world) == 4
    assert f"{PREFIX}1" in world.titles()


@pytest.mark.parametrize("option", ["", "--dry-run", "--forget"])
def test_a_ledger_that_names_nothing_is_removed(option: str, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Its run was killed when nothing of it was left, or before it had made anything."""
    path = world.ledger()
    unfinished = path.with_name("run-2.ledger"), path.with_name("run-3.ledger")
    unfinished[0].touch()
    sqlite3.connect(unfinished[1]).execute("PRAGMA journal_mode = WAL")
    assert clean(world, *filter(None, [option])) == 0
    assert "nothing is left" in capsys.readouterr().out
    assert not list(world.folder.glob("*.ledger"))


@pytest.mark.parametrize("broken", [b"no ledger", b"SQLite format 3\0" + bytes(5000)])
def test_a_broken_ledger_keeps_no_other_from_being_cleaned_up(
    broken: bytes, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    before = world.titles()
    world.ledger(thing(f"{PREFIX}1", id=world.make(f"{PREFIX}1")))
    (world.folder / "run-0.ledger").write_bytes(broken)
    assert clean(world) == 3
    assert world.titles() == before
    said = capsys.readouterr()
    assert "deleted 1" in said.out
    assert "run-0.ledger" in said.err


def test_a_dry_run_sends_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.ledger(thing(f"{PREFIX}1", id="note-1"), url="http://127.0.0.1:1")
    assert clean(world, "--dry-run") == 4
    assert "Note note-1" in capsys.readouterr().out


def test_an_endpoint_that_does_not_answer_ends_it_with_3(world: World) -> None:
    path = world.ledger(thing(f"{PREFIX}1", id="note-1"), url="http://127.0.0.1:1")
    assert clean(world) == 3
    assert path.exists()


def test_another_url_may_be_given(world: World) -> None:
    mine = world.make(f"{PREFIX}1")
    world.ledger(thing(f"{PREFIX}1", id=mine), url="http://127.0.0.1:1")
    assert clean(world, "--url", world.url) == 0
    assert f"{PREFIX}1" not in world.titles()


def test_deletes_elsewhere_need_leave(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.ledger(thing(f"{PREFIX}1", id="note-1"), url="http://192.0.2.1")
    assert clean(world) == 2
    assert "--allow-writes" in capsys.readouterr().err


def test_a_folder_without_ledgers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["cleanup", str(tmp_path)]) == 0
    assert "nothing is left" in capsys.readouterr().out
    assert execute(["cleanup", str(tmp_path / "none")]) == 2


@pytest.mark.longer
def test_a_run_that_ends_leaves_no_ledger(world: World) -> None:
    before = world.titles()
    options = RunOptions(contracts=(str(world.document),), url=world.url, fuzz_time=0, report=world.folder)
    assert run(options, environ={}).exit_code == 0
    assert world.titles() == before
    assert not list(world.folder.glob("*.ledger*"))


LIBRARY = str(Path(__file__).parents[1] / "behaviours" / "library.yaml")


@pytest.mark.longer
@pytest.mark.parametrize("killed", [False, True])
def test_what_only_the_documents_own_words_identify_is_deleted_after_a_run_too(
    killed: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A path says `shelfNumber` where answers say `shelf`; and the run gives what it made names that are not made up."""
    if killed:
        monkeypatch.setattr("contract_suite.runner.stages.stages.Stages.clean_up", lambda *_: None)
    contract = load(LIBRARY)
    server = MockServer(contract)
    shelves = [server.state.all("Shelf", (branch,)) for branch in ("north", "sample")]
    with running(MockApp(server)) as address:
        options = RunOptions(contracts=(LIBRARY,), url=address, max_requests=350, fuzz_time=0, report=tmp_path)
        run(options, environ={})
        assert bool(list(tmp_path.glob("*.ledger"))) == killed
        assert execute(["cleanup", str(tmp_path)]) == 0
    assert [server.state.all("Shelf", (branch,)) for branch in ("north", "sample")] == shelves


def test_what_was_to_be_made_below_something_that_is_gone_is_gone_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list that names its owner in the query, and answers 404 for it, left such a create as perhaps made."""
    contract = load("pai")
    monkeypatch.setenv(contract.token_env, "sk-1234567890abcdef")
    with running(MockApp(MockServer(contract))) as address:
        options = RunOptions(contracts=("pai",), url=f"{address}{contract.base_path}")
        origin = Origin(target=address, version="0", started="", seed=0, options=recorded_options(options))
        sent = {"AlgorithmId": "algo-gone", "AlgorithmVersion": f"{PREFIX}1"}
        version = Thing(
            state=State.SENT,
            family="pai",
            resource="AlgorithmVersion",
            operation="CreateAlgorithmVersion",
            prefix=PREFIX,
            sent=sent,
            identity={},
        )
        with LedgerFile(tmp_path / "run-1.ledger", origin) as ledger:
            ledger.expect([version])
        assert execute(["cleanup", str(tmp_path)]) == 0
    assert "not there any more 1" in capsys.readouterr().out
