"""What came with an expression, held against what the list holds without it."""

from __future__ import annotations

from dataclasses import dataclass

from contract_suite.behaviours.collections.filter_expressions.asking import Answer, AskedList
from contract_suite.behaviours.collections.filter_expressions.clauses import COMPLETE, EMPTY, JOINED, TOTAL, key_of
from contract_suite.behaviours.collections.filter_expressions.expressions import (
    Expression,
    Joined,
    Negated,
    fields_of,
    holds,
    is_one_of,
    values_of,
)
from contract_suite.behaviours.kit.listing import collection_of
from contract_suite.behaviours.kit.wording import shown
from contract_suite.model.counting import counted
from contract_suite.model.json import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An expression to ask, and why.

    `refusable` says that a right server may refuse it, `nobodys` that its value is far from all there is.
    """

    expression: Expression
    note: str
    refusable: bool = True
    nobodys: bool = False

    @property
    def is_simple(self) -> bool:
        """Whether it is one comparison."""
        return not isinstance(self.expression, (Joined, Negated))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What is wrong with an answer: the key of the clause that it breaks, in words, and where.

    `by_list` says that it is so beside what the whole list showed, and not by itself.
    """

    key: str
    message: str
    answer: Answer
    problem: str = ""
    pointer: str = ""
    page: int = -1
    by_list: bool = False
    expected: object = ""
    actual: object = ""


def judge(asked: AskedList, question: Question, answer: Answer) -> Wrong | None:
    """Return what is wrong with what came: an item too many, one too few, or another total."""
    expression = question.expression
    several = _way(expression)
    for number, page in enumerate(answer.pages):
        for index, item in enumerate(page.items):
            if holds(expression, item) is False:
                return Wrong(
                    key=JOINED if several else EMPTY if question.nobodys else key_of(fields_of(expression)[0]),
                    problem=several,
                    message=f"{answer.words} returned an item with {_told(expression, item)}",
                    answer=answer,
                    pointer=f"{collection_of(asked.found.operation).items}/{index}",
                    page=number,
                    actual=_told(expression, item),
                )
    return _incomplete(asked, expression, answer, several) if answer.ended else None


def _incomplete(asked: AskedList, expression: Expression, answer: Answer, several: str) -> Wrong | None:
    came = set(answer.keys)
    missing = [(key, item) for key, item in asked.known.items() if key not in came and holds(expression, item)]
    for key, item in missing[:1]:
        return Wrong(
            key=JOINED if several else COMPLETE,
            problem=several,
            message=f"{answer.words} left out the item {key}, with {_told(expression, item)}",
            answer=answer,
            by_list=True,
            expected=key,
            actual=counted(len(came), "item"),
        )
    whole = asked.whole
    if answer.total is None or not whole.ended or whole.total != len(set(whole.keys)) or answer.total == len(came):
        return None
    if {page.total for page in answer.pages} != {answer.total}:
        return None
    message = (
        f"with {answer.words}, the total was {answer.total}, and all pages together had {counted(len(came), 'item')}"
    )
    return Wrong(
        key=TOTAL, message=message, answer=answer, page=0, by_list=True, expected=len(came), actual=answer.total
    )


def _told(expression: Expression, item: JSON) -> str:
    """The values of the compared fields in an item, in words."""
    parts = {each.written: values_of(each, item) for each in fields_of(expression)}
    return " and ".join(
        f"{name} {shown(values[0] if len(values) == 1 else list[JSON](values)) if values else 'missing'}"
        for name, values in parts.items()
    )


def _way(expression: Expression) -> str:
    """How an expression puts comparisons together; empty for one comparison."""
    if isinstance(expression, Joined):
        return "in" if is_one_of(expression) else expression.word
    return "not" if isinstance(expression, Negated) else ""
