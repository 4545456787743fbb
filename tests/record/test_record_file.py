"""Writing and reading records."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_suite.model.exchange import Exchange, Identity, NoResponse, Request, Response, Trouble
from contract_suite.model.json import JSON
from contract_suite.model.run import ClauseResult, RunFooter
from contract_suite.model.verdict import Outcome
from contract_suite.record.errors import RecordError
from contract_suite.record.lines import schema
from contract_suite.record.reader import read_run
from contract_suite.record.redaction import Redactor
from contract_suite.record.writer import RecordWriter
from tests.record import sample


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    run = read_run(sample.write(tmp_path / "run.ndjson"))
    assert not run.truncated
    assert run.header == sample.HEADER
    assert run.conformance == sample.RESULTS
    assert run.findings == (sample.finding(), sample.finding(sample.CLAUSES[2]))
    assert run.families == (sample.SUMMARY,)
    assert run.footer == sample.FOOTER
    assert [each.exchange for each in run.exchanges()] == [
        sample.exchange(1),
        sample.exchange(2, answer=NoResponse(trouble=Trouble.RESET, message="reset by peer", received=b"\xff\x00")),
    ]
    assert run.exchange(2).exchange.number == 2
    assert run.exchange(1).note == "size = 0, below the minimum 1"
    assert [(each.clause, each.exchanges) for each in run.verdicts()] == [
        (sample.CLAUSES[0].id, (1,)),
        (sample.CLAUSES[3].id, (2,)),
    ]
    with pytest.raises(KeyError):
        run.exchange(3)


def test_the_published_schema_accepts_every_line_of_a_run(tmp_path: Path) -> None:
    published = schema()
    jsonschema.Draft202012Validator.check_schema(published)
    validator = jsonschema.Draft202012Validator(published)
    lines = sample.write(tmp_path / "run.ndjson").read_text().splitlines()
    assert {json.loads(line)["type"] for line in lines} == {
        "header",
        "clauses",
        "exchange",
        "verdict",
        "finding",
        "conformance",
        "family",
        "footer",
    }
    for line in lines:
        validator.validate(json.loads(line))


headers = st.lists(st.tuples(st.text(), st.text()), max_size=3).map(tuple)
requests = st.builds(
    Request,
    method=st.text(),
    target=st.text(),
    headers=headers,
    body=st.binary() | st.text().map(str.encode),
    identity=st.sampled_from(Identity),
)
answers = st.builds(
    Response, status=st.integers(), reason=st.text(), headers=headers, body=st.binary(), truncated=st.booleans()
) | st.builds(NoResponse, trouble=st.sampled_from(Trouble), message=st.text(), received=st.binary())


@pytest.mark.longer
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(requests, answers), max_size=5))
def test_exchanges_come_back_byte_for_byte(tmp_path: Path, pairs: list[tuple[Request, Response | NoResponse]]) -> None:
    path = tmp_path / f"{time.monotonic_ns()}.ndjson"
    sent = [
        Exchange(number=number, request=request, answer=answer, seconds=0.5)
        for number, (request, answer) in enumerate(pairs, 1)
    ]
    with RecordWriter(path, redactor=Redactor()) as writer:
        writer.header(sample.HEADER)
        for each in sent:
            writer.exchange("shop", sample.case(), each)
    # What looks like a key would be replaced; these alphabets hardly ever make one, and then the two sides still agree
    # on the rest.
    back = [each.exchange for each in read_run(path).exchanges()]
    if not any(Redactor().touches(repr(each).encode()) for each in sent):
        assert back == sent
    assert len(back) == len(sent)


@pytest.mark.parametrize("cut", [1, 2, 30])
def test_a_record_without_its_whole_footer_is_truncated(tmp_path: Path, cut: int) -> None:
    path = sample.write(tmp_path / "run.ndjson")
    path.write_bytes(path.read_bytes()[:-cut])
    run = read_run(path)
    # Without its newline alone the footer is still whole.
    assert run.truncated is (cut > 1)
    assert len(run.conformance) == len(sample.RESULTS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_record_cut_anywhere_is_readable_and_truncated(tmp_path: Path, data: st.DataObject) -> None:
    whole = sample.write(tmp_path / f"{time.monotonic_ns()}.ndjson").read_bytes()
    first = whole.index(b"\n") + 1
    cut = data.draw(st.integers(first, len(whole) - 2))
    path = tmp_path / "cut.ndjson"
    path.write_bytes(whole[:cut])
    run = read_run(path)
    assert run.truncated
    recorded = {line for line in whole.split(b"\n") if line.startswith(b'{"type":"exchange"')}
    assert len(list(run.exchanges())) == len(recorded & set(whole[:cut].split(b"\n")))


@pytest.mark.parametrize(
    ("garbage", "word"),
    [
        (b"\x80\x81\n", "UTF-8"),
        (b"hello\n", "no JSON"),
        (b"[" * 200_000 + b"\n", "nested"),
        (b"[]\n", "type"),
        (b"\n", "no JSON"),
        (b'{"type":"surprise"}\n', "unknown type"),
        (b'{"type":"conformance","family":5}\n', "no valid conformance"),
        (b'{"type":"header","format":"contract-suite-run/9"}\n', "contract-suite-run/9"),
        (b'{"type":"header","format":[]}\n', "declares the format"),
        (b'{"type":"header","format":{"a":1}}\n', "declares the format"),
        (b'{"type":"footer","finished":NaN}\n', "NaN"),
    ],
)
def test_garbage_is_one_sentence_with_the_line(tmp_path: Path, garbage: bytes, word: str) -> None:
    """A format that is a list or an object was a TypeError."""
    path = sample.write(tmp_path / "run.ndjson")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1] + garbage + lines[2])
    with pytest.raises(RecordError, match=word) as caught:
        read_run(path)
    assert caught.value.line == 3
    assert str(caught.value).startswith(f"{path}:3: ")
    assert caught.value.exit_code == 2


def test_lines_out_of_place_are_refused(tmp_path: Path) -> None:
    whole = sample.write(tmp_path / "run.ndjson").read_bytes()
    lines = whole.splitlines(keepends=True)
    for order, word in [
        (lines[1:], "header"),
        ([lines[0], *lines], "header"),
        ([*lines, lines[1]], "footer"),
        ([*lines[:3], *lines[2:]], "number"),
    ]:
        (tmp_path / "wrong.ndjson").write_bytes(b"".join(order))
        with pytest.raises(RecordError, match=word):
            read_run(tmp_path / "wrong.ndjson")


def test_files_that_are_no_records_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "half").write_bytes(b'{"type":"head')
    for name, word in [
        ("empty", "no header"),
        ("half", "no header"),
        ("missing", "can't be read"),
        (".", "can't be read"),
    ]:
        with pytest.raises(RecordError, match=word):
            read_run(tmp_path / name)


def test_two_runs_never_share_a_file(tmp_path: Path) -> None:
    path = sample.write(tmp_path / "run.ndjson")
    before = path.read_bytes()
    with pytest.raises(RecordError, match="already"):
        RecordWriter(path)
    assert path.read_bytes() == before


def test_half_a_surrogate_pair_is_kept(tmp_path: Path) -> None:
    path = sample.write(tmp_path / "run.ndjson", findings=(sample.finding(message="\ud800 \u2028 \x00"),))
    assert read_run(path).findings[0].message == "\ud800 \u2028 \x00"


def test_a_kill_keeps_every_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "run.ndjson"
    script = f"""
import sys
from pathlib import Path
from tests.record import sample
from contract_suite.record.writer import RecordWriter
writer = RecordWriter(Path({str(path)!r}))
writer.header(sample.HEADER)
for number in range(1, 10**9):
    writer.exchange("shop", sample.case(), sample.exchange(number))
    if number == 200:
        print("go", flush=True)
"""
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=root) as process:  # noqa: S603 - our own interpreter
        assert process.stdout is not None
        assert process.stdout.readline() == b"go\n"
        os.kill(process.pid, signal.SIGKILL)
    run = read_run(path)
    assert run.truncated
    assert len(run.exchange_offsets) >= 200
    assert run.exchange(200).exchange == sample.exchange(200)


def test_no_secret_reaches_any_line(tmp_path: Path) -> None:
    secret = "Zm9v/+bar baz"
    path = tmp_path / "run.ndjson"
    redactor = Redactor({secret: "$SHOP_KEY"})
    with RecordWriter(path, redactor=redactor) as writer:
        writer.header(
            replace(
                sample.HEADER,
                target=f"http://u:{secret}@h/",
                options={"header": [f"X-Thing: {secret}"], "deep": {"in": [secret]}},
            )
        )
        request = Request(
            method="GET", target="/x?k=Zm9v%2F%2Bbar%20baz", headers=(("X-Any", secret),), body=secret.encode()
        )
        answer = Response(status=200, headers=(("X-Echo", secret),), body=json.dumps({"echo": secret}).encode())
        writer.exchange("shop", sample.case(request=request), Exchange(number=1, request=request, answer=answer))
        writer.finding(sample.finding(message=f"came {secret}", curl=f"curl '{secret}'"))
        writer.footer(RunFooter(finished="x", conformant=True, complete=True, exit_code=0, reason=secret))
    text = path.read_text()
    assert "bar baz" not in text
    assert "bar%20baz" not in text
    recorded = read_run(path).exchange(1).exchange
    assert recorded.request == Request(
        method="GET", target="/x?k=$SHOP_KEY", headers=(("X-Any", "$SHOP_KEY"),), body=b"$SHOP_KEY"
    )
    assert recorded.response == Response(status=200, headers=(("X-Echo", "$SHOP_KEY"),), body=b'{"echo": "$SHOP_KEY"}')


def test_clauses_that_nothing_exercised_are_told_together_and_read_one_by_one(tmp_path: Path) -> None:
    names = [each.id for each in sample.CLAUSES]
    results = [
        ClauseResult(family="shop", clause=names[1], outcome=Outcome.UNTESTED, reason="no time"),
        ClauseResult(family="shop", clause=names[0], outcome=Outcome.PASSED, passed=2, exchange=1),
        ClauseResult(family="shop", clause=names[2], outcome=Outcome.UNTESTED, reason="no time"),
    ]
    path = tmp_path / "run.ndjson"
    with RecordWriter(path) as writer:
        writer.header(sample.HEADER)
        writer.results(results)
    lines = [json.loads(line)["type"] for line in path.read_text("utf-8").splitlines()]
    assert lines == ["header", "clauses", "conformance", "unexercised"]
    assert read_run(path).conformance == tuple(sorted(results, key=lambda each: names.index(each.clause)))


def test_clauses_come_back_as_they_were_written(tmp_path: Path) -> None:
    of_all_kinds = (
        *sample.CLAUSES,
        replace(sample.CLAUSES[0], quote="", limit=0),
        replace(sample.CLAUSES[0], quote="", limit=["a", None, {"b": 1}]),
        replace(sample.CLAUSES[1], quote="", inapplicable=""),
    )
    path = tmp_path / "run.ndjson"
    with RecordWriter(path) as writer:
        writer.header(replace(sample.HEADER, families=(replace(sample.FAMILY, clauses=()),)))
        writer.clauses("shop", of_all_kinds[:2])
        writer.clauses("shop", of_all_kinds[2:])
    assert read_run(path).header.families[0].clauses == of_all_kinds


def test_what_clauses_share_is_written_once(tmp_path: Path) -> None:
    many = tuple(
        replace(sample.CLAUSES[0], subject=f"query.n{number % 50}", kind=f"k{number // 50}") for number in range(5000)
    )
    path = tmp_path / "run.ndjson"
    with RecordWriter(path) as writer:
        writer.clauses("shop", many)
    assert path.stat().st_size < 35 * len(many)


def test_a_limit_of_many_clauses_is_written_once(tmp_path: Path) -> None:
    names: JSON = [f"value {number}" for number in range(2000)]
    many = tuple(replace(sample.CLAUSES[0], subject=f"query.n{number}", limit=names) for number in range(200))
    path = tmp_path / "run.ndjson"
    with RecordWriter(path) as writer:
        writer.header(replace(sample.HEADER, families=(replace(sample.FAMILY, clauses=many),)))
    assert path.stat().st_size < 100_000
    assert read_run(path).header.families[0].clauses == many


def test_a_record_of_the_first_format_is_read(tmp_path: Path) -> None:
    """It has its clauses in the header."""
    path = sample.write(tmp_path / "run.ndjson")
    header, _, *rest = path.read_text("utf-8").splitlines(keepends=True)
    parsed = json.loads(header)
    parsed["format"] = "contract-suite-run/1"
    parsed["families"][0]["clauses"] = [
        {
            **{
                name: getattr(each, name)
                for name in ("operation", "subject", "kind", "judge", "text", "quote", "limit")
            },
            "inapplicable": each.inapplicable,
            "source": each.source.value,
            "location": {"file": each.location.file, "line": each.location.line, "pointer": each.location.pointer},
        }
        for each in sample.CLAUSES
    ]
    old = tmp_path / "old.ndjson"
    old.write_text(json.dumps(parsed) + "\n" + "".join(rest), "utf-8")
    assert replace(read_run(old), path=path, exchange_offsets={}, verdict_offsets=()) == replace(
        read_run(path), exchange_offsets={}, verdict_offsets=()
    )


@pytest.mark.parametrize("member", ["names", "texts", "places"])
def test_a_clause_of_which_something_is_in_no_table_is_refused(member: str, tmp_path: Path) -> None:
    path = sample.write(tmp_path / "run.ndjson")
    header, clauses, *rest = path.read_text("utf-8").splitlines(keepends=True)
    parsed = json.loads(clauses)
    parsed[member] = []
    path.write_text("".join([header, json.dumps(parsed) + "\n", *rest]), "utf-8")
    with pytest.raises(RecordError, match="which its tables lack"):
        read_run(path)


def test_a_line_is_put_into_text_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[object] = []

    def counted(value: object) -> str:
        written.append(value)
        return json.dumps(value)

    for module in ("writer", "redaction"):
        monkeypatch.setattr(f"contract_suite.record.{module}.compact", counted)
    with RecordWriter(tmp_path / "run.ndjson") as writer:
        writer.footer(sample.FOOTER)
    assert len(written) == 1
