"""Runs of every kind that a report may meet: clean, two hundred findings, hostile, truncated, with secrets, huge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, NoResponse, Request, Response, Trouble
from contract_suite.model.finding import Finding
from contract_suite.model.run import ClauseResult, FamilySummary, RunFooter
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import Run, read_run
from contract_suite.record.redaction import Redactor
from contract_suite.record.writer import RecordWriter
from tests.record import sample

CLEAN_FOOTER: Final = RunFooter(
    finished="2030-01-02T03:04:09+00:00", conformant=True, complete=True, exit_code=0, reason="nothing found"
)

HOSTILE: Final = (
    "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "\x1b[2J\x00\x07\x0b\r\n\ud800\ufffe\u202e\u2028]]>--><!-- '\"`${1}{{7*7}}{% x %} ::error::forged\n::error::forged "
    "[x](javascript:alert(1)) @someone #1 http://evil.example | \N{GRINNING FACE}\N{SNOWMAN}"
)
"""What an endpoint could send to break a page, a log, a table or a file."""

SCRIPTS: Final = (
    b"<html></pre></details></style><style>*{display:none}</style><script>document.title='owned'</script>\xff\xfe\x00"
    + HOSTILE.encode("utf-8", "replace")
)


def clean(path: Path) -> Run:
    return read_run(sample.write(path, findings=(), footer=CLEAN_FOOTER))


def plain(path: Path) -> Run:
    return read_run(sample.write(path))


NEXT: Final = replace(sample.FAMILY, name="shop-next")
"""The next version of the API, whose operations have the same names."""


def alike(path: Path) -> Run:
    return many(path, 3, rich=True)


def many(path: Path, count: int = 200, *, rich: bool = False) -> Run:
    """As many findings, each with exchanges of its own whose bodies are long.

    If `rich`, some take several requests, some stand for several clauses, and another family was asked too.
    """
    item = (
        b'{"Id": "a-%d", "Name": "a name that is somewhat long & <b>bold</b>", "Description": "' + b"word " * 40 + b'"}'
    )
    with RecordWriter(path) as writer:
        writer.header(replace(sample.HEADER, families=(sample.FAMILY, NEXT)) if rich else sample.HEADER)
        for number in range(1, count + 1):
            body = b'{"Things": [' + b", ".join(item % index for index in range(30)) + b'], "Total": "%d"}' % number
            case = sample.case(f"/things?size={number}&filter=%22x%22")
            writer.exchange(
                "shop", case, sample.exchange(number, case.request, Response(status=200, reason="OK", body=body))
            )
        for number in range(1, count + 1):
            of = sample.CLAUSES[number % 4]
            writer.finding(
                sample.finding(
                    of,
                    id=f"{number:012x}",
                    message=f"finding {number}",
                    pointer="/Total",
                    exchanges=tuple(range(max(1, number - 2), number + 1)) if rich and number % 3 == 0 else (number,),
                    places=tuple(each.id for each in sample.CLAUSES if each is not of)
                    if rich and number % 5 == 0
                    else (),
                    flaky=number % 7 == 0,
                )
            )
        if rich:
            writer.exchange(NEXT.name, sample.case(), sample.exchange(count + 1))
        _end(writer)
        writer.footer(sample.FOOTER)
    return read_run(path)


def hostile(path: Path, *, big: int = 10 * 1024 * 1024) -> Run:
    """Every text that somebody else chooses is hostile, and one body is `big` bytes long."""
    request = Request(
        method="POST",
        target="/things?size=%00%zz&x=<script>\"'",
        headers=(("X-Hostile", HOSTILE), ("Content-Type", "text/html")),
        body=SCRIPTS,
    )
    answers: tuple[Response | NoResponse, ...] = (
        Response(status=200, reason=HOSTILE, headers=(("X-Hostile", HOSTILE), ("Content-Type", HOSTILE)), body=SCRIPTS),
        NoResponse(trouble=Trouble.GARBAGE, message=HOSTILE, received=SCRIPTS),
        Response(
            status=200,
            headers=(("Content-Type", "application/json"),),
            body=b'{"Name": "' + b"<" * big + b'"}',
            truncated=True,
        ),
        Response(status=200, body=b'{"a\\u0000<script>": {"</script>": ["\\ud800", "\\u202e", "\xf0\x9f\x98\x80"]}}'),
        Response(status=500, body=b"[" * 5000),
    )
    case = Case(
        operation="ListThings",
        request=request,
        intent=Intent.UNKNOWN,
        stage=Stage.FUZZING,
        target_clause=HOSTILE,
        note=HOSTILE,
    )
    families = tuple(
        replace(
            family,
            title=HOSTILE,
            errata=tuple(replace(each, title=HOSTILE, table=HOSTILE, why=HOSTILE) for each in family.errata),
            clauses=tuple(replace(each, text=HOSTILE, quote=HOSTILE) for each in family.clauses),
        )
        for family in sample.HEADER.families
    )
    with RecordWriter(path) as writer:
        writer.header(replace(sample.HEADER, target=HOSTILE, options={"header": HOSTILE}, families=families))
        for number, answer in enumerate(answers, 1):
            writer.exchange("shop", case, sample.exchange(number, request, answer))
        pointers = ("/" + HOSTILE, "", "/Name", "/a\0<script>/<~1script>/0", "/0/0/0")
        for number, pointer in enumerate(pointers, 1):
            writer.finding(hostile_finding(number, pointer))
        _end(writer, reason=HOSTILE)
        writer.footer(replace(sample.FOOTER, reason=HOSTILE))
    return read_run(path)


def hostile_finding(number: int, pointer: str) -> Finding:
    return sample.finding(
        sample.CLAUSES[number % 4],
        id=f"{number:012x}",
        message=HOSTILE,
        text=HOSTILE,
        quote=HOSTILE,
        pointer=pointer,
        expected=HOSTILE,
        actual=HOSTILE,
        curl=f"curl '{HOSTILE}'",
        exchanges=(number,),
    )


def truncated(path: Path) -> Run:
    """Ends in the middle of its last line, which claimed that all was well."""
    whole = sample.write(path, footer=CLEAN_FOOTER).read_bytes()
    path.write_bytes(whole[:-10])
    return read_run(path)


CANARIES: Final = {
    "sk-canary0123456789abcdef": "an API key",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl": "a JWT",
    "canary-bearer-4711": "the key that the run knows",
    "canary-password-4711": "a password field",
    "canary-url-token-4711": "a token in a URL",
}


def secretive(path: Path) -> Run:
    """Secrets in a header, a URL, a request body and a response body, as a server might send them back."""
    known, password = "canary-bearer-4711", "canary-password-4711"
    key, jwt, token = (
        "sk-canary0123456789abcdef",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl",
        "canary-url-token-4711",
    )
    body = f'{{"password": "{password}", "Name": "{key} {known}", "Jwt": "{jwt}", "Id": 1}}'.encode()
    request = Request(
        method="POST",
        target=f"/things?access_token={token}&size=0",
        headers=(
            ("Authorization", f"Bearer {known}"),
            ("X-Api-Key", key),
            ("Cookie", f"session={jwt}"),
            ("X-Echo", known),
        ),
        body=body,
    )
    answer = Response(
        status=200, reason="OK", headers=(("Set-Cookie", f"session={jwt}"), ("X-Echo", f"Bearer {known}")), body=body
    )
    told = f'the value "{known}", {key}, {jwt}, {{"password": "{password}"}}, ?access_token={token}'
    with RecordWriter(path, redactor=Redactor({known: "$DASHSCOPE_API_KEY"})) as writer:
        writer.header(sample.HEADER)
        case = Case(
            operation="ListThings",
            request=request,
            intent=Intent.NEGATIVE,
            stage=Stage.BOUNDARIES,
            target_clause=sample.CLAUSES[0].id,
            note=told,
        )
        writer.exchange("shop", case, Exchange(number=1, request=request, answer=answer, seconds=0.001))
        broken = NoResponse(trouble=Trouble.GARBAGE, message=told, received=body)
        writer.exchange("shop", case, Exchange(number=2, request=request, answer=broken, seconds=0.001))
        curl = f"curl -H 'Authorization: Bearer {known}' -H 'X-Api-Key: {key}' --data-binary '{body.decode()}' 'http://h/things?access_token={token}'"
        writer.finding(sample.finding(message=told, expected=told, actual=told, pointer="/password", curl=curl))
        writer.finding(sample.finding(sample.CLAUSES[2], message=told, exchanges=(1, 2), curl=curl))
        _end(writer, reason=told)
        writer.footer(sample.FOOTER)
    return read_run(path)


def huge(path: Path, count: int = 50_000) -> Run:
    """A run with that many exchanges of a kilobyte or so, and some findings."""
    body = (
        b'{"Things": ['
        + b", ".join(b'{"Id": "a%d", "Name": "thing number %d"}' % (index, index) for index in range(20))
        + b'], "Total": 20}'
    )
    answer = Response(status=200, reason="OK", headers=(("Content-Type", "application/json"),), body=body)
    case = sample.case()
    with RecordWriter(path) as writer:
        writer.header(sample.HEADER)
        for number in range(1, count + 1):
            writer.exchange(
                "shop",
                case,
                Exchange(number=number, request=case.request, answer=answer, seconds=0.001 + number % 50 / 1000),
            )
        for number in range(1, 201):
            writer.finding(
                sample.finding(sample.CLAUSES[number % 4], id=f"{number:012x}", exchanges=(number * (count // 200),))
            )
        _end(writer)
        writer.footer(sample.FOOTER)
    return read_run(path)


def _end(writer: RecordWriter, reason: str = "") -> None:
    for result in sample.RESULTS:
        writer.conformance(
            replace(result, reason=reason) if reason and result.outcome is not Outcome.PASSED else result
        )
    writer.conformance(
        ClauseResult(family="shop", clause="ListThings::query.size::accepted", outcome=Outcome.PASSED, passed=1)
    )
    writer.family(
        FamilySummary(family="shop", exchanges=1, seconds=1.234567, stopped=reason, stages=sample.SUMMARY.stages)
    )


KINDS: Final[dict[str, Callable[[Path], Run]]] = {
    "clean": clean,
    "plain": plain,
    "many": many,
    "hostile": hostile,
    "truncated": truncated,
    "secretive": secretive,
}


def untouched(path: Path, *, clauses: int) -> Run:
    """A run that asked nothing of an operation with many clauses."""
    listed = tuple(replace(sample.CLAUSES[1], subject=f"200/Items/*/Field{number:05}") for number in range(clauses))
    (family,) = sample.HEADER.families
    with RecordWriter(path) as writer:
        writer.header(replace(sample.HEADER, families=(replace(family, clauses=listed),)))
        for each in listed:
            writer.conformance(
                ClauseResult(
                    family=family.name, clause=each.id, outcome=Outcome.UNTESTED, reason="the budget was spent"
                )
            )
        writer.footer(replace(sample.FOOTER, complete=False))
    return read_run(path)


def one_cause(path: Path, *, operations: int) -> Run:
    """A run with one finding, whose cause shows at that many operations."""
    (family,) = sample.HEADER.families
    clauses = tuple(
        replace(sample.CLAUSES[1], operation=f"ListThings{number}", subject="refusal", kind="status-documented")
        for number in range(operations)
    )
    with RecordWriter(path) as writer:
        writer.header(replace(sample.HEADER, families=(replace(family, clauses=clauses),)))
        writer.exchange(family.name, sample.case(), sample.exchange(1))
        first, *others = clauses
        writer.finding(sample.finding(first, id="0" * 12, exchanges=(1,), places=tuple(each.id for each in others)))
        for each in clauses:
            writer.conformance(ClauseResult(family=family.name, clause=each.id, outcome=Outcome.FAILED, failed=1))
        writer.footer(sample.FOOTER)
    return read_run(path)
