"""An error shows nothing of the server's inside: no stack trace, no text of a database, no name of a file.

Only what such texts surely look like is looked for, and what the request itself said is left out: a server may repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final
from urllib.parse import unquote

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.judging import operation_of
from contract_suite.checks.kit.verdicts import failed, passed
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Request, is_refusal, is_server_error
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "error-internals"
SUBJECT: Final = "error"
KIND: Final = "no-internals"
_LOOKED_THROUGH: Final = 64 * 1024
_SHOWN: Final = 160

_SOURCE_FILE: Final = (
    r"\.(?:py|rb|php|jsx?|tsx?|[cm]js|java|class|jar|kt|scala|go|rs|cs|cpp|so|dll|exe|ini|env|log|sock|db|sqlite3?)"
)
_TRACES: Final = (
    r"Traceback \(most recent call last\):",  # Python
    r"File \"[^\"\n]+\.py\", line \d+",
    r"\bat [\w$.<>/]{1,200}\((?:[\w$]+\.(?:java|kt|scala|groovy):\d+|Native Method|Unknown Source)\)",  # the JVM
    r"\bgoroutine \d+ \[[^\]\n]+\]:",  # Go
    r"\bpanic: runtime error: ",
    r"\bat (?:[\w$.<>\[\] ]{1,200} )?\(?(?:file://|node:|/|[A-Za-z]:\\)[^\s()]{1,300}:\d+:\d+\)?",  # Node.js
    r"\b(?:Fatal error|Parse error|Warning|Notice)(?:</b>)?: [^\n]{1,300}\.php(?:</b>)? on line (?:<b>)?\d+",
    r"\bStack trace:\s+#0 ",  # PHP
    r"\bat [\w.`<>\[\], ]{1,200}\([^()\n]{0,200}\) in [^\n:]{0,3}:?[^\n:]{1,300}:line \d+",  # .NET
    r"\bSystem\.(?:\w+\.)*\w+Exception: ",
    r"\.rb:\d+:in [`'][^`'\n]{1,200}'",  # Ruby
)
_DATABASE: Final = (
    r"SQLSTATE\[\w{5}\]",
    r"\bORA-\d{5}: ",
    r"\bPG::\w+: ",
    r"\bpsycopg[23]?\.\w+",
    r"\bsqlite3\.\w+Error\b",
    r"\bsqlalchemy\.exc\.\w+",
    r"\b(?:com\.mysql\.c?j|org\.postgresql\.|oracle\.jdbc\.|java\.sql\.SQL\w*Exception)",
    r"You have an error in your SQL syntax",
    r"\bsyntax error at or near \"",
    r"\bUnclosed quotation mark after the character string\b",
    r"\bduplicate key value violates unique constraint \"",
)
_KINDS: Final = {
    "stack-trace": (
        "a stack trace",
        re.compile("|".join(_TRACES)),
    ),
    "database": (
        "a text of its database",
        re.compile("|".join(_DATABASE)),
    ),
    "file-name": (
        "the name of a file of its own",
        re.compile(
            rf"(?<![\w/:.\-])/(?:[\w.@+\-]{{1,100}}/)+[\w.@+\-]{{1,100}}{_SOURCE_FILE}(?![\w/])"
            rf"|(?<!\w)[A-Za-z]:\\(?:[\w .@+\-]{{1,100}}\\)*[\w .@+\-]{{1,100}}{_SOURCE_FILE}(?!\w)"
        ),
    ),
}


def _clauses(_contract: Contract, operation: Operation) -> Iterator[Clause]:
    text = "an error shows no stack trace, no text of a database and no name of a file of the server"
    yield make_clause(NAME, operation, SUBJECT, KIND, text, source=Source.INFERRED)


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, response = operation_of(judgement), judgement.response
    if operation is None or response is None or not response.body:
        return
    if not is_refusal(response.status) and not is_server_error(response.status):
        return
    clause = f"{operation.id}::{SUBJECT}::{KIND}"
    text = _plain(response.body)
    said = _said(judgement.exchange.request)
    for problem, (what, pattern) in _KINDS.items():
        found = next((each[0] for each in pattern.finditer(text) if each[0] not in said), None)
        if found is not None:
            shown = found if len(found) <= _SHOWN else f"{found[:_SHOWN]}…"
            yield failed(clause, f"the {response.status} shows {what}: {shown!r}", problem=problem, actual=shown)
            return
    yield passed(clause)


def _plain(body: bytes) -> str:
    """A body as text, without the escapes of JSON and HTML."""
    text = body[:_LOOKED_THROUGH].decode("utf-8", "replace")
    if "&" in text:
        text = unescape(text)
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), text)


_ESCAPE: Final = re.compile(r"\\([nrt\"/\\])")
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t"}


def _said(request: Request) -> str:
    """What the request itself said, as a server may repeat it."""
    return "\n".join((request.target, unquote(request.target), _plain(request.body)))


CHECK: Final = Check(
    name=NAME,
    title="An error shows no stack trace, no database text and no file of the server.",
    clauses=for_each_operation(_clauses),
    judge=_judge,
)
