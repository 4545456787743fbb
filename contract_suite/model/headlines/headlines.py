"""Headlines: what went wrong, in a few words of plain English, for each kind of clause.

A headline reads on from the name of an operation: "ListThings returns more items than the page size allows". The rule
that must not be broken: it says nothing but what the clause's kind and subject say, so that it is right for any message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from contract_suite.model.clause_ids import AUTH, EMPTY, parts
from contract_suite.model.counting import with_article
from contract_suite.model.headlines.actions import OF_ACTIONS
from contract_suite.model.headlines.exchanges import OF_EXCHANGES
from contract_suite.model.headlines.lists import OF_LISTS
from contract_suite.model.headlines.relations import OF_RELATIONS
from contract_suite.model.headlines.resources import OF_RESOURCES
from contract_suite.model.headlines.standards import OF_STANDARDS
from contract_suite.model.json import unescape


def headline(clause: str, *, text: str, problem: str = "") -> str:
    """Return what goes wrong where the clause with this id is broken.

    `text` is the clause's own sentence, which stands in for a kind that has no words here; `problem` is the kind of
    problem within the clause.
    """
    _, subject, kind = parts(clause)
    if kind == EMPTY and subject == AUTH:
        return "accepts requests with an empty key"
    template = _PROBLEMS.get((kind, problem)) or _KINDS.get(kind)
    if template is None and kind.endswith("-enforced"):
        template = "accepts {name} that breaks its schema"
    if template is None and kind.endswith("-refused") and subject == "method":
        template = "does not refuse the undeclared method {method}"
    if template is None:
        return f"breaks its contract: {text.rstrip('.')}"
    status = _STATUS.fullmatch(problem)
    name = subject_name(subject)
    if name == _WHOLE_BODY and template.startswith("returns {name}"):
        name = "a body"
    return template.format(
        name=name,
        field=name if name.startswith("header ") else f"field {name}",
        status=subject.partition("/")[0],
        a_name=with_article(name),
        method=kind.removesuffix("-refused"),
        status_told=f"the undocumented status {status[1]}" if status else "an undocumented status",
    )


def has_headline(kind: str, subject: str = "") -> bool:
    """Whether clauses of this kind have words of their own."""
    return kind in _KINDS or kind.endswith("-enforced") or (subject == "method" and kind.endswith("-refused"))


def is_broken_by_refusal(kind: str) -> bool:
    """Whether clauses of this kind say what must be served, so that a finding says that it was refused."""
    return kind.endswith(("-served", "-accepted")) or kind in _MUST_BE_SERVED


def subject_name(subject: str) -> str:
    """Return a clause's subject as a reader knows it: `query.PageSize` is PageSize, `200/Items/*/Id` is Items[].Id."""
    first, _, rest = subject.partition("/")
    if first == "body":
        return _path(rest) if rest else "a body"
    if first[:1].isdigit() or first == "default":
        if not rest:
            return _WHOLE_BODY
        return f"header {rest.removeprefix('header.')}" if rest.startswith("header.") else _path(rest)
    where, dot, name = first.partition(".")
    if dot and where in _WHERE:
        named = f"{name}/{rest}" if rest else name
        return f"{where} {name}" if where in {"header", "cookie"} and not rest else _path(named)
    return _path(subject)


_MUST_BE_SERVED: Final = frozenset(
    {"accepted", "absent-distinct", "free-elsewhere", "freed", "freed-by-end", "served-again"}
)
_WHOLE_BODY: Final = "the body"
_WHERE: Final = frozenset({"query", "path", "header", "cookie"})
_STATUS: Final = re.compile(r"status-([1-5][0-9]{2})")


def _path(rest: str) -> str:
    """A JSON pointer without its first slash in the manner that programmers write: `Items/*/Id` is Items[].Id."""
    text = ""
    for step in map(unescape, rest.split("/")):
        text += "[]" if step == "*" else f".{step}" if text else step
    return text


_PROBLEMS: Final[Mapping[tuple[str, str], str]] = {
    ("no-server-error", "nested-500"): "fails with a server error (5xx) on deeply nested brackets",
    ("no-server-error", "undeclared-500"): "fails with a server error (5xx) at a method that it does not declare",
    ("expression-complete", "refused"): "refuses a quoted text in {name}",
    ("expression-holds", "refused"): "refuses an expression with {name}, which it documents",
    ("expressions-joined", "and"): "misreads comparisons that {name} joins with `and`",
    ("expressions-joined", "or"): "misreads comparisons that {name} joins with `or`",
    ("expressions-joined", "in"): "misreads a list of values in {name}",
    ("expressions-joined", "not"): "misreads a comparison that {name} negates",
    ("same-key-same-result", "refused"): "refuses a request that is repeated with the same key",
    ("same-key-same-result", "ignored"): "ignores the key of a repeated request",
    ("count-bounded", "below"): "counts fewer items than the page holds",
    ("unknown-refused", "served"): "answers with success for {a_name} that does not exist",
    ("deleted-unknown", "served"): "answers with success for {a_name} that was deleted",
}

_KINDS: Final[Mapping[str, str]] = {
    **OF_ACTIONS,
    **OF_EXCHANGES,
    **OF_LISTS,
    **OF_RELATIONS,
    **OF_RESOURCES,
    **OF_STANDARDS,
}
