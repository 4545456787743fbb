"""`run.har`: every exchange of a run in the HTTP Archive format 1.2, written one by one.

The record holds how long each exchange took and not when it began, so that an entry's time counts on from the start of
the run.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TextIO
from urllib.parse import parse_qsl, quote

from contract_suite.model.exchange import NoResponse, Request, Response
from contract_suite.model.run import RecordedExchange
from contract_suite.record.har import body_text, records
from contract_suite.record.reader import Run
from contract_suite.report.format import Format
from contract_suite.report.plain import well_formed
from contract_suite.report.summary import summarise

if TYPE_CHECKING:
    import harfile


def write(run: Run, stream: TextIO) -> None:
    """Write the archive."""
    import harfile  # noqa: PLC0415 - every run loads this module, and few write an archive

    bases = _bases(run)
    moment = _start(run)
    creator = harfile.Creator(name=run.header.tool, version=run.header.version)
    with harfile.HarFile(stream, creator=creator, comment=well_formed(summarise(run).sentence)) as archive:
        for recorded in run.exchanges():
            exchange = recorded.exchange
            milliseconds = round(exchange.seconds * 1000, 3)
            archive.add_entry(
                startedDateTime=moment.isoformat(timespec="milliseconds"),
                time=milliseconds,
                request=_request(exchange.request, bases[recorded.family]),
                response=_response(exchange.answer),
                timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
                comment=_comment(recorded),
            )
            moment += timedelta(seconds=exchange.seconds)
    stream.write("\n")


_HTTP: Final = "HTTP/1.1"
_NO_URL: Final = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")


def _bases(run: Run) -> dict[str, str]:
    """The address that each family was called at; one that cannot be had in place of a server without any."""
    targets = [each.strip() for each in run.header.target.split(", ")]
    names = [family.name for family in run.header.families]
    if len(targets) != len(names):
        targets = [targets[0]] * len(names)
    return {
        name: target.rstrip("/") if target.startswith(("http://", "https://")) else "http://in-process.invalid"
        for name, target in zip(names, targets, strict=True)
    }


def _start(run: Run) -> datetime:
    try:
        parsed = datetime.fromisoformat(run.header.started)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _request(request: Request, base: str) -> harfile.Request:
    import harfile  # noqa: PLC0415 - as above

    url = _NO_URL.sub(lambda match: quote(match[0], errors="replace"), f"{base}{request.target}")
    query = request.target.partition("?")[2]
    posted = None
    if request.body:
        kind = next((value for name, value in request.headers if name.lower() == "content-type"), "")
        text, encoding = body_text(request.body)
        posted = harfile.PostData(mimeType=kind, text=text, comment=encoding)
    return harfile.Request(
        method=request.method,
        url=url,
        httpVersion=_HTTP,
        headers=records(request.headers),
        queryString=records(parse_qsl(query, keep_blank_values=True, errors="replace")) if query else [],
        postData=posted,
        bodySize=len(request.body),
    )


def _response(answer: Response | NoResponse) -> harfile.Response:
    import harfile  # noqa: PLC0415 - as above

    if isinstance(answer, NoResponse):
        # A status of 0 is how browsers write that nothing came.
        return harfile.Response(
            status=0, statusText="", httpVersion="", bodySize=-1, comment=f"{answer.trouble.value}: {answer.message}"
        )
    text, encoding = body_text(answer.body)
    content = harfile.Content(
        size=len(answer.body),
        mimeType=answer.header("content-type") or "",
        text=text,
        encoding=encoding,
        comment="the body went on; no more of it was read" if answer.truncated else None,
    )
    return harfile.Response(
        status=answer.status,
        statusText=answer.reason,
        httpVersion=_HTTP,
        headers=records(answer.headers),
        content=content,
        redirectURL=answer.header("location") or "",
        bodySize=len(answer.body),
    )


def _comment(recorded: RecordedExchange) -> str:
    told = (
        f"#{recorded.exchange.number}",
        recorded.family,
        recorded.operation,
        recorded.stage.value,
        recorded.intent.value,
        recorded.target_clause,
        recorded.note,
    )
    return " · ".join(each for each in told if each)


FORMAT: Final = Format(name="har", file_name="run.har", title="HTTP Archive 1.2 of every exchange", write=write)
