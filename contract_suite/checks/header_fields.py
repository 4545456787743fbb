"""Header fields that HTTP defines are written as HTTP says, wherever they come (RFC 9110, RFC 8288)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.verdicts import failed, passed
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import is_server_error
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "header-fields"
_KIND: Final = "header-fields-well-formed"
_TAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"\Z')
_MONTH: Final = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TIME: Final = "[0-9]{2}:[0-9]{2}:[0-9]{2}"
_DATE: Final = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, [0-9]{{2}} {_MONTH} [0-9]{{4}} {_TIME} GMT"
    rf"|[A-Z][a-z]+day, [0-9]{{2}}-{_MONTH}-[0-9]{{2}} {_TIME} GMT"
    rf"|[A-Z][a-z]{{2}} {_MONTH} [ 0-9][0-9] {_TIME} [0-9]{{4}})\Z"
)
_LINK: Final = re.compile(r"(?:\s*,)*\s*<[^<>]*>")
_FIELDS: Final[Mapping[str, tuple[Callable[[str], object], str]]] = {
    "etag": (_TAG.match, 'an entity tag in quotes, such as "x1"'),
    "last-modified": (_DATE.match, "an HTTP date, such as Fri, 31 Dec 1999 23:59:59 GMT"),
    "date": (_DATE.match, "an HTTP date, such as Fri, 31 Dec 1999 23:59:59 GMT"),
    "link": (_LINK.match, "a target in angle brackets, such as </items?page=2>"),
}


def _clauses(_contract: Contract, operation: Operation) -> Iterator[Clause]:
    text = "ETag, Last-Modified, Date and Link, where given, are written as HTTP says (RFC 9110, RFC 8288)"
    yield make_clause(NAME, operation, "response", _KIND, text, source=Source.STANDARD)


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, response = judgement.operation, judgement.response
    if operation is None or operation.problem or response is None or is_server_error(response.status):
        return
    clause = f"{operation.id}::response::{_KIND}"
    for name, value in response.headers:
        field = _FIELDS.get(name.lower())
        if field is not None and value.strip() and not field[0](value.strip()):
            message = f"{name} is {value!r}; it must be {field[1]}"
            yield failed(clause, message, problem=name.lower(), expected=field[1], actual=value)
            return
    yield passed(clause)


CHECK: Final = Check(
    name=NAME,
    title="Header fields that HTTP defines are written as HTTP says.",
    clauses=for_each_operation(_clauses),
    judge=_judge,
)
