"""A list that is filtered by an expression has every item for which it holds, and no other.

A grammar of which one thing in the document speaks is held to nothing before a comparison was seen to filter: with a value
that some items have and others don't.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, NotSent, Session
from contract_suite.behaviours.collections.filter_expressions import choosing
from contract_suite.behaviours.collections.filter_expressions.asking import Answer, AskedList
from contract_suite.behaviours.collections.filter_expressions.clauses import (
    COMPLETE,
    EMPTY,
    JOINED,
    NAME,
    PAGED,
    SORTED,
    TOTAL,
    clauses_of,
    key_of,
)
from contract_suite.behaviours.collections.filter_expressions.expressions import Comparison, Expression, fields_of
from contract_suite.behaviours.collections.filter_expressions.finding import expression_filters
from contract_suite.behaviours.collections.filter_expressions.judging import Question, Wrong, judge
from contract_suite.behaviours.collections.filter_expressions.making import make_odd
from contract_suite.behaviours.collections.filter_expressions.pages import judge_order, judge_pages
from contract_suite.behaviours.collections.kit.filled_lists import open_listing
from contract_suite.behaviours.kit.clauses import inapplicable_if_none
from contract_suite.behaviours.kit.retrying import LOOKS
from contract_suite.behaviours.kit.verdicts import Unusable, Verdicts
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.verdict import Verdict

_ENOUGH: Final = 4
_MOST_RANGES: Final = 14
_MOST_OTHERS: Final = 8
_PAUSE: Final = 0.3
"""A list may show something new a little later where it is filtered."""


def clauses(contract: Contract) -> Iterator[Clause]:
    """What each list promises that a document lets be filtered by expressions."""
    found = (clause for each in expression_filters(contract) for clause in clauses_of(each).values())
    reason = "no parameter of a list takes an expression that is known by its name, an example or its description"
    yield from inapplicable_if_none(found, contract, NAME, "filters", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Ask each list for what some of its items are."""
    for found in expression_filters(session.contract):
        verdicts = Verdicts(session, clauses_of(found))
        if not verdicts.any_wanted or not session.allowed(found.operation):
            continue
        try:
            listing = open_listing(session, found.operation, at_least=_ENOUGH)
            make_odd(session, listing, found)
            asked = AskedList(listing, found)
            asked.look()
            yield from _Trial(session=session, asked=asked, verdicts=verdicts).run()
        except NotSent as spared:
            yield from verdicts.leave_untested(str(spared))
        except Unusable as reason:
            yield from verdicts.leave_unusable(reason)
        yield from verdicts.leave_untested("the list has no items for which an expression could show it")


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A list that is filtered by an expression has every item for which it holds, and no other.",
    clauses=clauses,
    drive=drive,
)


@dataclass(slots=True, kw_only=True)
class _Trial:
    """One list. `answered` are comparisons that were answered right, `usable` one of each field.

    `right` is what showed a clause to hold, by its key.
    """

    session: Session
    asked: AskedList
    verdicts: Verdicts
    usable: list[Comparison] = field(default_factory=list)
    answered: list[Comparison] = field(default_factory=list)
    right: dict[str, Answer] = field(default_factory=dict)

    def run(self) -> Iterator[Verdict]:
        """Ask for equality first; what it breaks hides the rest of a field."""
        wrong = list(self._equalities())
        if not self.usable and not self.asked.found.sure:
            yield from self.verdicts.leave_untested("no expression was seen to filter the list")
            return
        for question, key in wrong if self.usable else wrong[:1]:
            if not self.verdicts.has_failed(key):
                yield from self._report(question)
        if self.usable and self.answered:
            for question in self._further():
                found = self._answered_wrong(question)
                if found is not None and not self.verdicts.has_failed(found.key):
                    yield from self._report(question)
            yield from self._of_pages()
        for key, answer in self.right.items():
            if not self.verdicts.has_failed(key):
                yield from self.verdicts.passed(key, answer.words, *answer.exchanges[:1])

    def _equalities(self) -> Iterator[tuple[Question, str]]:
        """Yield the questions with a value of one field that were answered wrong, with the key of what that breaks."""
        for each in self.asked.found.fields:
            for index, comparison in enumerate(choosing.equalities(self.asked, each)):
                refusable = not each.listed or each.kind in {"id", "date"}
                note = f"does {each.written} filter?"
                question = Question(expression=comparison, note=note, refusable=refusable)
                answer = self._ask(question)
                if answer.unserved or (each.kind == "id" and not answer.keys):
                    if not question.refusable and answer.refusals:
                        yield question, key_of(each)
                    break
                wrong = judge(self.asked, question, answer)
                if wrong is not None:
                    yield question, wrong.key
                else:
                    self._held(question, answer)
                if wrong is not None and wrong.key != TOTAL:
                    self.usable = [one for one in self.usable if one.field != each]
                    break
                self.usable += [comparison] if not index else []

    def _further(self) -> Iterator[Question]:
        asked, fields = self.asked, [each.field for each in self.usable]
        texts = choosing.oddest(asked, self.usable)
        yield from (Question(expression=each, note="a text that is hard to quote", refusable=False) for each in texts)
        yield from self._noted(choosing.beginnings(asked, fields), "the beginning of a value")
        yield from self._noted(choosing.other_cases(asked, self.usable), "the other case")
        yield from list(self._noted(choosing.ranges(asked), "more and less"))[:_MOST_RANGES]
        yield from list(self._noted(choosing.others(asked, self.usable), "another comparison"))[:_MOST_OTHERS]
        yield from self._noted(choosing.joined(asked, self.usable), "joined comparisons")
        nobodys = choosing.nobodys(asked, fields, self.session.prefix)
        if nobodys is not None:
            yield Question(expression=nobodys, note="a value that nothing has", nobodys=True)

    @staticmethod
    def _noted(
        expressions: Iterator[Expression] | Iterator[Comparison] | list[Comparison], note: str
    ) -> Iterator[Question]:
        return (Question(expression=each, note=note) for each in expressions)

    def _ask(self, question: Question) -> Answer:
        aim = self.verdicts.clause_id(key_of(fields_of(question.expression)[0]) if question.is_simple else JOINED)
        return self.asked.ask(question.expression, aim=aim, note=question.note)

    def _answered_wrong(self, question: Question) -> Wrong | None:
        """Ask, and return what is wrong with the answer; a refusal is, of what no right server may refuse."""
        answer = self._ask(question)
        if answer.unserved:
            if question.refusable or not answer.refusals or not self.usable:
                return None
            known = any(fields_of(question.expression)[0] == each.field for each in self.usable)
            why = "another text was served" if known else "the document lists the field, and another one was served"
            key = COMPLETE if known else key_of(fields_of(question.expression)[0])
            message = f"{answer.words} was refused ({answer.unserved}), and {why}"
            return Wrong(key=key, problem="refused", message=message, answer=answer)
        wrong = judge(self.asked, question, answer)
        if wrong is None:
            self._held(question, answer)
        return wrong

    def _held(self, question: Question, answer: Answer) -> None:
        """Note what an answer without fault has shown."""
        some, others = self.asked.count(question.expression)
        if isinstance(question.expression, Comparison):
            self.answered.append(question.expression)
        if not question.is_simple:
            self.right.setdefault(JOINED, answer)
        elif question.nobodys:
            self.right.setdefault(EMPTY, answer)
        elif some:
            self.right.setdefault(COMPLETE, answer)
            if others:
                self.right.setdefault(key_of(fields_of(question.expression)[0]), answer)
        if answer.total is not None and answer.ended and answer.total != self.asked.whole.total:
            self.right.setdefault(TOTAL, answer)

    def _report(self, question: Question) -> Iterator[Verdict]:
        """Look once more at the list, and ask once more: what is wrong twice is wrong.

        That something is missing or not counted shows nothing if the list did not stay the same meanwhile.
        """
        for _ in range(LOOKS):
            self.session.pause(_PAUSE)
            self.asked.look("does the list still show that?")
            wrong, before = self._answered_wrong(question), self.asked.state
            if wrong is None:
                return
            if not wrong.by_list:
                break
            self.asked.look("did the list stay the same?")
            if before == self.asked.state:
                break
        else:
            return
        yield from self._failed(wrong)

    def _of_pages(self) -> Iterator[Verdict]:
        usable = sorted(self.answered, key=lambda each: -self.asked.count(each)[0])
        for kind, judged in ((PAGED, judge_pages), (SORTED, judge_order)):
            if not self.verdicts.is_wanted(kind):
                continue
            aim = self.verdicts.clause_id(kind)
            found = judged(self.asked, usable, aim)
            if isinstance(found, Wrong):
                self.asked.look("does the list still show that?")
                found = judged(self.asked, usable, aim)
            if isinstance(found, Wrong):
                yield from self._failed(found)
            elif found is not None:
                self.right.setdefault(kind, found)

    def _failed(self, wrong: Wrong) -> Iterator[Verdict]:
        shown = wrong.answer.exchanges
        shown = [*shown[: wrong.page], *shown[wrong.page + 1 :], shown[wrong.page]] if wrong.page >= 0 else shown
        decisive = shown or wrong.answer.refusals
        yield from self.verdicts.failed(
            wrong.key,
            wrong.message,
            *self.asked.whole.exchanges,
            *decisive,
            problem=wrong.problem,
            pointer=wrong.pointer,
            expected=wrong.expected,
            actual=wrong.actual,
        )
