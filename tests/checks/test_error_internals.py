from __future__ import annotations

import json
import time

import pytest

from contract_suite.checks.errors.error_internals import CHECK
from contract_suite.contract.operation import Contract
from contract_suite.model.source import Level
from tests.checks.toys import Ask

CLAUSE = "ListToys::error::no-internals"
INTERNALS = {
    "python": 'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in f\nKeyError: 1',
    "python frame": 'File "handlers/toys.py", line 12',
    "java": "java.lang.NullPointerException\n\tat com.shop.Toys.list(Toys.java:41)\n",
    "kotlin": "at com.shop.ToysKt.list(Toys.kt:9)",
    "jvm": "at sun.reflect.NativeMethodAccessorImpl.invoke0(Native Method)",
    "go": "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 17 [running]:\nmain.main()",
    "go routine": "goroutine 1 [chan receive, 2 minutes]:",
    "node": "TypeError: x is undefined\n    at Object.<anonymous> (/app/src/toys.js:10:15)",
    "node anonymous": "    at /app/src/toys.js:10:15",
    "node module": "    at async file:///app/toys.mjs:3:1\n",
    "node core": "at Module._compile (node:internal/modules/cjs/loader:1105:14)",
    "php": "<b>Warning</b>: Undefined array key in <b>/var/www/toys.php</b> on line <b>7</b>",
    "php fatal": "PHP Fatal error:  Uncaught Exception in /var/www/toys.php on line 7",
    "php trace": "Stack trace:\n#0 {main}",
    ".net": "   at Shop.Toys.List(Int32 size) in C:\\build\\Toys.cs:line 20",
    ".net type": "System.InvalidOperationException: Sequence contains no elements",
    "ruby": "app/controllers/toys.rb:12:in `index'",
    "ruby 3.4": "/srv/toys.rb:12:in 'Toys#index'",
    "sqlstate": "SQLSTATE[23505]: Unique violation",
    "oracle": "ORA-00942: table or view does not exist",
    "postgres": 'ERROR: syntax error at or near "select"',
    "postgres key": 'duplicate key value violates unique constraint "toys_name_key"',
    "mysql": "You have an error in your SQL syntax; check the manual",
    "sqlite": "sqlite3.OperationalError: no such table: toys",
    "sqlalchemy": "(sqlalchemy.exc.ProgrammingError) relation does not exist",
    "sql server": "Unclosed quotation mark after the character string ''.",
    "unix file": "cannot open /etc/shop/secrets.env",
    "windows file": "cannot open C:\\shop\\config\\db.ini",
}
ORDINARY = [
    "The parameter Size is invalid: it must be at least 1.",
    "Warning: the quota is used up on line with your plan.",
    "at least one of A (or B) is needed",
    "Look at https://docs.example.com/errors/toys.php for help",
    "See /docs/errors and /api/v1/toys.",
    "The file name toys.py is not allowed; use a path such as obs://bucket/toys.py",
    "Toys are at 12:30:45, Monday.",
    "The unique constraint on Name was broken: car exists already.",
    "System error: try again. Stack traces are in the log.",
    "TypeError is not a valid kind",
    "Bucket s3://toys/etc/a.env is unknown",
    "syntax error in searches",
    "goroutine is no word that is searched for",
    "",
]


@pytest.mark.parametrize("text", INTERNALS.values(), ids=INTERNALS.keys())
@pytest.mark.parametrize("status", [400, 500])
def test_it_bites(ask: Ask, text: str, status: int) -> None:
    assert ask(CHECK, status=status, body={"Code": "Bad", "Message": text}).failed == {CLAUSE}
    assert ask(CHECK, status=status, body=text.encode(), content_type="text/plain").failed == {CLAUSE}


def test_a_page_has_other_escapes(ask: Ask) -> None:
    page = b"<pre>File &quot;/srv/toys/list.py&quot;, line 3</pre>"
    assert ask(CHECK, status=500, body=page, content_type="text/html").failed == {CLAUSE}


@pytest.mark.parametrize("text", ORDINARY)
def test_it_is_silent_on_ordinary_text(ask: Ask, text: str) -> None:
    assert ask(CHECK, status=400, body={"Code": "Bad", "Message": text}).outcome(CLAUSE) == "passed"


def test_what_the_request_said_may_be_repeated(ask: Ask) -> None:
    body = {"Message": "no such file: /srv/toys/mine.py"}
    asked = ask(CHECK, status=404, body=body, target="/toys?Name=%2Fsrv%2Ftoys%2Fmine.py")
    assert asked.outcome(CLAUSE) == "passed"
    asked = ask(CHECK, status=404, body=body, content=json.dumps({"Name": "/srv/toys/mine.py"}).encode())
    assert asked.outcome(CLAUSE) == "passed"
    assert ask(CHECK, status=404, body=body).failed == {CLAUSE}


def test_only_errors_are_looked_at(ask: Ask) -> None:
    trace = INTERNALS["python"].encode()
    assert not ask(CHECK, status=200, body=trace).verdicts
    assert not ask(CHECK, status=400, body=b"").verdicts


def test_it_is_an_advisory(toy: Contract) -> None:
    assert {clause.level for clause in CHECK.clauses(toy)} == {Level.ADVISORY}


@pytest.mark.parametrize("piece", ["at ", "at a (", "/a", "C:\\a", "Warning: ", "a.b ", "\\", "&quot;", "at [x, "])
def test_hostile_text_costs_little(ask: Ask, piece: str) -> None:
    began = time.process_time()
    ask(CHECK, status=400, body=(piece * 100_000).encode(), content_type="text/plain")
    assert time.process_time() - began < 2
