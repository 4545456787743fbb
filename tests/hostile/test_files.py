"""Documents that name files and addresses which are none of theirs, and folders that lead elsewhere."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from contract_suite.cli.entry import execute
from contract_suite.contract.operation import Contract
from contract_suite.errors import DocumentError
from contract_suite.gate.baseline import Baseline
from contract_suite.gate.baseline_file import write_baseline
from contract_suite.runner.documents import open_contract
from contract_suite.transport.connecting import is_public
from tests.transport.servers import request

CANARY = "canary-of-another-file"


def document(reference: str) -> str:
    schema = {"$ref": reference}
    done = {"description": "done", "content": {"application/json": {"schema": schema}}}
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "Refs", "version": "1"},
            "paths": {"/things": {"get": {"operationId": "listThings", "responses": {"200": done}}}},
        }
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a document's own folder in it, and a file beside that."""
    (tmp_path / "api" / "parts").mkdir(parents=True)
    for each in (tmp_path / "outside.json", tmp_path / "api" / "parts" / "inside.json"):
        each.write_text(json.dumps({"type": "string", "description": CANARY, "enum": [CANARY]}))
    (tmp_path / "api" / "link.json").symlink_to("../outside.json")
    (tmp_path / "api" / "folder").symlink_to("..")
    (tmp_path / "api" / "loop.json").symlink_to("loop.json")
    (tmp_path / "api2").mkdir()
    (tmp_path / "api2" / "near.json").write_text(json.dumps({"type": "string", "description": CANARY}))
    return tmp_path


OUTSIDE = (
    "../outside.json", "parts/../../outside.json", "./../outside.json", "%2e%2e/outside.json", "..%2foutside.json", "%2E%2E%2Foutside.json",
    "link.json", "folder/outside.json", "folder/api2/near.json", "../api2/near.json", "loop.json", "file:{root}/outside.json",
    "file://{root}/outside.json", "file://localhost{root}/outside.json", "file://evil.example{root}/outside.json", "FILE:{root}/outside.json",
    "{root}/outside.json", "/etc/passwd", "file:///etc/hostname", "file:/etc/passwd", "//etc/passwd", "/proc/self/environ", "/dev/zero",
    "../outside.json#/enum", "file:{root}/outside.json#", "..\\outside.json", "/proc/self/cwd/outside.json", "ftp://x/y", "data:application/json,{}",
    "http://example.org/x.json", "https://example.org/x.json", "gopher://x/", "jar:file:/x!/y",
)  # fmt: skip


@pytest.mark.parametrize("reference", OUTSIDE)
def test_no_reference_leads_out_of_the_documents_folder(
    reference: str, place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A document read any file of the machine, and its contents reached the report."""
    path = place / "api" / "openapi.json"
    path.write_text(document(reference.replace("{root}", str(place))))
    (operation,) = open_contract(str(path)).operations
    assert operation.problem or operation.broken
    assert execute(["lint", str(path)]) == 1
    out, err = capfd.readouterr()
    texts = [out, err]
    if reference in OUTSIDE[:2]:
        execute(["run", str(path), "--fuzz-time", "0", "--report", str(place / "report")])
        texts += [*capfd.readouterr(), *(each.read_text("utf-8") for each in (place / "report").iterdir())]
    assert not any(CANARY in text or "root:" in text for text in texts)


@pytest.mark.parametrize("reference", ["parts/inside.json", "./parts/inside.json", "parts/../parts/inside.json"])
def test_references_within_the_folder_are_followed(reference: str, place: Path) -> None:
    path = place / "api" / "openapi.json"
    path.write_text(document(reference))
    assert problem(open_contract(str(path))) == ""


def test_a_folder_that_the_user_names_is_allowed(place: Path) -> None:
    path = place / "api" / "openapi.json"
    path.write_text(document("../api2/near.json"))
    assert problem(open_contract(str(path))) != ""
    assert problem(open_contract(str(path), folders=[place / "api2"])) == ""
    assert execute(["lint", str(path), "--allow-refs", str(place / "api2")]) == 0


def problem(contract: Contract) -> str:
    (operation,) = contract.operations
    return operation.problem or "".join(str(each) for each in operation.broken)


@contextmanager
def serving(*answers: Callable[[str], str]) -> Iterator[tuple[str, list[str]]]:
    """Answer each path with a body or `-> address`; yields the address and the paths that were asked for."""
    seen: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    path = request(client).split(b" ")[1].decode()
                    seen.append(path)
                    said = answers[0](path)
                    if said.startswith("-> "):
                        client.sendall(
                            f"HTTP/1.1 302 Found\r\nLocation: {said[3:]}\r\nContent-Length: 0\r\n\r\n".encode()
                        )
                    else:
                        head = (
                            f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(said)}\r\n\r\n"
                        )
                        client.sendall((head + said).encode())

        Thread(target=serve, daemon=True).start()
        yield address, seen


@pytest.mark.parametrize(
    "reference", ["file:{root}/outside.json", "/etc/passwd#", "../../../../etc/passwd", "file:///etc/passwd"]
)
def test_a_document_from_an_address_names_no_file(reference: str, place: Path) -> None:
    with serving(lambda path: document(reference.replace("{root}", str(place))) if path == "/api.json" else CANARY) as (
        url,
        _,
    ):
        (operation,) = open_contract(f"{url}/api.json", remote_references=True).operations
    assert operation.problem or operation.broken
    assert "root:" not in operation.problem + "".join(map(str, operation.broken))


def test_a_file_that_an_address_refers_to_is_not_read_either(place: Path) -> None:
    """A local document, a remote one, and a local file again."""
    hostile = json.dumps({"type": "object", "properties": {"a": {"$ref": f"file:{place}/api/parts/inside.json"}}})
    with serving(lambda _path: hostile) as (url, seen), pytest.MonkeyPatch.context() as patch:
        patch.setattr("contract_suite.transport.connecting.is_public", lambda _address: True)
        path = place / "api" / "openapi.json"
        path.write_text(document(f"{url}/part.json"))
        contract = open_contract(str(path), remote_references=True)
    assert seen == ["/part.json"]
    assert "not followed" in problem(contract)


@pytest.mark.parametrize(
    "target", ["{other}/x.json", "-> {other}/x.json", "-> file:///etc/passwd", "-> ftp://x/y", "-> https://127.0.0.1/x"]
)
@pytest.mark.parametrize("allowed", [False, True])
def test_no_reference_and_no_redirect_leads_to_a_private_address(target: str, *, allowed: bool) -> None:
    with serving(lambda _path: CANARY) as (other, asked):
        there = target.replace("{other}", other)

        def answer(path: str) -> str:
            if path == "/api.json":
                return document("/part.json" if there.startswith("->") else there)
            return there

        with serving(answer) as (url, _):
            assert problem(open_contract(f"{url}/api.json", remote_references=allowed))
    assert asked == []


def test_the_documents_own_server_may_be_private_and_may_redirect_to_itself() -> None:
    answers = {
        "/old.json": "-> /api.json",
        "/api.json": document("/part.json"),
        "/part.json": "-> /moved.json",
        "/moved.json": '{"type": "string"}',
    }
    with serving(answers.__getitem__) as (url, seen):
        assert problem(open_contract(f"{url}/old.json")) == ""
    assert seen == ["/old.json", "/api.json", "/part.json", "/moved.json"]


def test_a_local_document_leads_to_no_private_address(place: Path) -> None:
    with serving(lambda _path: '{"type": "string"}') as (url, seen):
        path = place / "api" / "openapi.json"
        path.write_text(document(f"{url}/part.json"))
        assert "private network" in problem(open_contract(str(path), remote_references=True))
    assert seen == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2001:4860:4860::8888", True), ("127.0.0.1", False), ("127.9.9.9", False), ("10.0.0.1", False), ("172.16.0.1", False),
        ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("::1", False), ("::", False), ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:127.0.0.1", False), ("::ffff:8.8.8.8", True),
        ("2002:7f00:1::", False), ("64:ff9b::7f00:1", False), ("64:ff9b::808:808", True), ("ff02::1", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_what_is_public(address: str, *, public: bool) -> None:
    assert is_public(address) is public


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """Reports were written through symlinks over other files."""
    report, victim = tmp_path / "report", tmp_path / "victim.txt"
    report.mkdir()
    victim.write_text("mine")
    for name in (
        "run.ndjson",
        "report.html",
        "report.json",
        "junit.xml",
        "summary.md",
        "report.sarif",
        "gl-code-quality-report.json",
    ):
        (report / name).symlink_to(victim)
    document_file = tmp_path / "api.yaml"
    document_file.write_text(
        document("#/components/schemas/x").replace('"$ref": "#/components/schemas/x"', '"type": "object"')
    )
    execute(["run", str(document_file), "--fuzz-time", "0", "--report", str(report)])
    for each in ("html", "json", "junit", "markdown", "sarif", "gitlab", "ctrf", "har"):
        execute(["report", str(report), "--format", each, "--output", str(report)])
    assert victim.read_text() == "mine"
    assert not (report / "run.ndjson").is_symlink()
    assert {each.name for each in report.iterdir() if each.name.startswith(".")} <= {".lock"}


def test_a_baseline_behind_a_link_stays_behind_it(tmp_path: Path) -> None:
    """A symlinked baseline was replaced by a file."""
    real = tmp_path / "shared" / "known.toml"
    real.parent.mkdir()
    real.write_text("# mine\n")
    (tmp_path / "known.toml").symlink_to(real)
    write_baseline(Baseline(name="known.toml"), tmp_path / "known.toml")
    assert (tmp_path / "known.toml").readlink() == real
    assert "# mine" in real.read_text()


def test_a_missing_folder_is_the_documents_trouble(tmp_path: Path) -> None:
    with pytest.raises(DocumentError):
        open_contract(str(tmp_path / "gone.json"), folders=[tmp_path / "nowhere"])
