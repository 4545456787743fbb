"""What a recorder keeps of an httpx client is read again byte for byte, but for keys."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite import Recorder
from contract_suite.model.exchange import Response
from contract_suite.record.errors import RecordError
from contract_suite.traffic.recording import read_traffic

KEY = "sk-live-0123456789abcdef0123456789abcdef"


@given(sent=st.binary(max_size=40), came=st.binary(max_size=40), status=st.sampled_from([200, 201, 404, 500]))
def test_bodies_of_any_bytes_are_read_again(
    tmp_path_factory: pytest.TempPathFactory, sent: bytes, came: bytes, status: int
) -> None:
    path = tmp_path_factory.mktemp("har") / "traffic.har"
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, content=came))
    with Recorder(path) as recorder, httpx.Client(transport=transport, event_hooks=recorder.hooks) as client:
        client.post("http://shop.test/v1/things?a=1&b=%20", content=sent, headers={"Content-Type": "application/x"})
    (found,) = read_traffic(path).exchanges
    assert isinstance(found.answer, Response)
    assert (found.request.method, found.request.target) == ("POST", "/v1/things?a=1&b=%20")
    assert (found.request.body, found.answer.body, found.answer.status) == (sent, came, status)


def test_no_archive_holds_a_key(tmp_path: Path) -> None:
    path = tmp_path / "traffic.har"
    transport = httpx.MockTransport(
        lambda _request: httpx.Response(302, headers={"Location": f"/x?api_key={KEY}"}, json={"token": KEY})
    )
    with Recorder(path) as recorder, httpx.Client(transport=transport, event_hooks=recorder.hooks) as client:
        client.post(f"http://shop.test/?api_key={KEY}", json={"key": KEY}, headers={"Authorization": f"Bearer {KEY}"})
    text = path.read_text("utf-8")
    assert KEY not in text
    log = json.loads(text)["log"]
    assert (log["version"], log["creator"]["name"], len(log["entries"])) == ("1.2", "contract-suite", 1)


def test_an_archive_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordError, match="can't be written"):
        Recorder(tmp_path / "file" / "traffic.har").close()
