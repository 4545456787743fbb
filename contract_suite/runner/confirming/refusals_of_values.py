"""Takes back that a valid request was refused, where nothing shows that the server takes any value of that kind there.

A plain document says that a member is a text, and not that it must name somebody, be a cursor that the server gave, or an
address with `https`. So a refusal is held against a server only beside a contrast: at the same place of the same operation
it has served another text that was made up. What a document leaves unsaid altogether (an empty text without
`minLength`, a huge number, a combination of members) a right server may refuse whatever else it serves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from contract_suite.checks import positive_accepted
from contract_suite.checks.kit.verdicts import cannot_tell
from contract_suite.contract.addressing import roles
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.naming.states import FIELDS
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import ANY_TYPE
from contract_suite.generate.facts import facts_at
from contract_suite.generate.values import is_unsaid
from contract_suite.model import clause_ids
from contract_suite.model.case import Case
from contract_suite.model.clause_ids import BODY
from contract_suite.model.finding import Finding
from contract_suite.model.json import JSON, Raw, escape, tokens
from contract_suite.runner.confirming.counting_others import count_others
from contract_suite.runner.session.session import LiveSession

_USUAL: Final = 255
"""A text that is longer may be too long for a server, though no `maxLength` says so."""
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:\S)")
_SECRETS: Final = frozenset({"password", "passwd", "passphrase", "passcode", "pin", "secret", "credentials", "otp"})
_AMOUNT: Final = re.compile(r"(?P<sign>-?)(?P<digits>\d+(\.\d+)?)")
_DEEPEST: Final = 12
_MOST_TEXTS: Final = 4
"""So many of the texts that were served at a place are looked at for one that was made up."""
_UNSHOWN: Final = "the server accepted no made-up value of this kind there, so it may take only values that it knows"
_UNSAID: Final = "the document doesn't say whether such a value is allowed, so a correct server may refuse it"
_OF_STATES: Final = (
    "the schema doesn't say in which states a resource may begin, nor which changes of state are allowed"
)
_TOO_LITTLE: Final = (
    "every request that was accepted had more members; some of them may be needed, though the schema doesn't say so"
)


def without_refusals_of_values(session: LiveSession, finding: Finding) -> Finding | None:
    """Return what remains of a finding, which is replaced in the session's counter; `None` if nothing does."""
    kept = session.sender.cases_by_exchange.get(finding.exchanges[-1])
    if finding.check != positive_accepted.NAME or session.contract.sourced or kept is None:
        return finding
    operation = session.contract.by_id.get(kept[0].operation)
    if operation is None:
        return finding
    served = _Served(session, operation)
    reason = served.excuse(kept[0])
    if not reason:
        return finding
    counter = session.sender.counter
    counter.retract(finding)
    counter.add(cannot_tell(finding.clause, reason), kept[1].number)
    count_others(session, finding, operation, counts=lambda each: not served.excuse(each.case))
    return counter.findings.get(finding.id)


class _Served:
    """What one operation was seen to serve in this run, so far as it is remembered."""

    def __init__(self, session: LiveSession, operation: Operation) -> None:
        self._session = session
        self._operation = operation
        mine = [each for each in session.recent if each.operation is not None and each.operation.id == operation.id]
        self._cases = [(each.exchange.number, dict(_leaves(each.case.arguments))) for each in mine if each.exchange.ok]
        self._made_up: dict[tuple[str, str], int | None] = {}

    def excuse(self, case: Case) -> str:
        """Why a right server may refuse a request that keeps the document; empty if it may not."""
        given = dict(_leaves(case.arguments))
        about = clause_ids.parts(case.target_clause)[1] if case.target_clause else ""
        if any(isinstance(value, str) and not self._may_be_any(subject, value) for subject, value in given.items()):
            return _UNSHOWN
        if not self._operation.safe and self._is_about_a_state(about):
            return _OF_STATES
        if case.unsaid:
            return "" if self._is_said(about, given) else _UNSAID
        return _TOO_LITTLE if self._says_too_little(about, given) else ""

    def _is_about_a_state(self, about: str) -> bool:
        """Whether what is special is one of the states of a thing, not each of which it may begin in or get into."""
        facts = facts_at(self._operation, about) if about.startswith(f"{BODY}/") else None
        last = plain_name(tokens(about[len(BODY) :])[-1]) if facts is not None else ""
        return facts is not None and len(facts.choices) > 1 and any(last.endswith(each) for each in FIELDS)

    def _may_be_any(self, subject: str, text: str) -> bool:
        """Whether a text is one that the document lists, that was served there, or of a kind of which the run made one up that was.

        Where no `minLength` speaks, one that was served must be as short: a password or a code may have a least length.
        """
        facts = facts_at(self._operation, subject)
        if not text.strip() or subject.startswith("path.") or (facts is not None and facts.choices):
            return True  # nothing that is made up: a list, what is addressed, or no text at all
        if _is_secret(self._operation, subject):
            return any(given.get(subject) == text for _, given in self._cases)
        kind = _kind(text)
        if (subject, kind) not in self._made_up:
            self._made_up[subject, kind] = self._shortest_served(subject, kind)
        shortest = self._made_up[subject, kind]
        bounded = facts is not None and ("minLength" in facts.keywords or bool(facts.patterns))
        may_be_any = shortest is not None and (bounded or shortest <= len(text))
        return may_be_any or any(given.get(subject) == text for _, given in self._cases)

    def _shortest_served(self, subject: str, kind: str) -> int | None:
        """The length of the shortest text of a kind that the run made up and that was served there; `None` for none."""
        first: dict[str, int] = {}
        for number, given in self._cases:
            value = given.get(subject)
            if isinstance(value, str) and value.strip() and _kind(value) == kind:
                first.setdefault(value, number)
        for text, number in sorted(first.items(), key=lambda each: len(each[0]))[:_MOST_TEXTS]:
            if text not in self._shown and not self._was_told(text, number):
                return len(text)
        return None

    @cached_property
    def _shown(self) -> frozenset[str]:
        """The texts of the examples that the document gives for the operation."""
        operation = self._operation
        examples = [shown.value for each in operation.parameters for shown in each.examples]
        for media in operation.body.media_types if operation.body is not None else ():
            examples += [shown.value for shown in media.examples]
        return frozenset(value for each in examples for _, value in _leaves_of(each, BODY, 0) if isinstance(value, str))

    def _was_told(self, text: str, before: int) -> bool:
        """Whether an answer had a text before it was first sent: it is the server's own."""
        quoted = f'"{text}"'.encode()
        return any(
            each.exchange.number < before and each.response is not None and quoted in each.response.body
            for each in self._session.recent
        )

    def _is_said(self, about: str, given: Mapping[str, JSON]) -> bool:
        """Whether a document that says nothing of a value still lets nobody expect that it is refused."""
        if not about.startswith(("query.", "header.", "cookie.", f"{BODY}/")):
            parts = {key: value for key, value in given.items() if not key.startswith("path.")}
            return self._operation.safe and all(
                any(each.get(key) == value for _, each in self._cases) for key, value in parts.items()
            )
        value = given.get(about)
        facts = facts_at(self._operation, about)
        if facts is None or facts.choices or isinstance(value, bool):
            return False
        if value is None:
            return about in given and "null" in facts.types and facts.types != ANY_TYPE
        if isinstance(value, str):
            return bool(value.strip()) and (len(value) <= _USUAL or facts.size("maxLength") is not None)
        others = (each.get(about) for _, each in self._cases)
        return (
            isinstance(value, (int, float))
            and not is_unsaid(facts, value)
            and any(isinstance(each, (int, float)) and each != value for each in others)
        )

    def _says_too_little(self, about: str, given: Mapping[str, JSON]) -> bool:
        """Whether every served request says something there that this one leaves out, of what the document lets it leave out.

        That a create demands a member of its body which is optional is a finding all the same.
        """
        creates = any(role == "create" for _, role in roles(self._session.resources, self._operation))
        if about in given or (about == BODY and creates):
            return False
        within = f"{about}/" if about.startswith(f"{BODY}/") else ""
        mine = {each for each in given if each.startswith(within)}
        served = [{each for each in others if each.startswith(within)} for _, others in self._cases]
        return bool(self._cases) and all(each - mine for each in served if each or not within)


def _is_secret(operation: Operation, subject: str) -> bool:
    """Whether a text is a password or the like, of which a server may demand length, digits, signs and what it likes."""
    named = words(subject.rpartition("/")[2]) or words(subject)
    around = (word for each in (*subject.split("/")[:-1], operation.path.rpartition("/")[2]) for word in words(each))
    return not _SECRETS.isdisjoint((*named, *around))


def _kind(text: str) -> str:
    """The scheme of an address, the sign of an amount, empty for any other text: who takes `https` need not take `urn`."""
    amount = _AMOUNT.fullmatch(text)
    if amount is not None and (amount["sign"] or not amount["digits"].strip("0.")):
        return amount["sign"] or "0"
    found = _SCHEME.match(text)
    return found.group().lower() if found else ""


def _leaves(arguments: Mapping[str, JSON]) -> Iterator[tuple[str, JSON]]:
    """Yield the scalars of arguments with their subjects: `query.size`, `body/items/*/name`."""
    for subject, value in arguments.items():
        if not isinstance(value, Raw):
            yield from _leaves_of(value, subject, 0)


def _leaves_of(value: JSON, subject: str, depth: int) -> Iterator[tuple[str, JSON]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves_of(member, f"{subject}/{escape(name)}", depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves_of(item, f"{subject}/*", depth + 1)
    else:
        yield subject, value
