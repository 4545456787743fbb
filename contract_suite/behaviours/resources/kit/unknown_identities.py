"""Identities that nothing has: made from a live one so that they look like it, and what an answer to one means.

The rule that must not be broken: a write goes only to an identity that a read has just refused, so that nobody's
resource is changed.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from random import Random
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.resource_operations import ResourceOperations
from contract_suite.behaviours.kit.responses import obstacle, refused, says_deleted, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.field_values import token
from contract_suite.behaviours.resources.kit.observing import addressing_arguments, read_result, with_identity
from contract_suite.contract.addressing import IF_MATCH, field_of
from contract_suite.contract.naming.outside import acts_outside, reserved_like
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict

_TRIES = 4
_STEP = 10**8
_SHORTEST = 6
_OF_THE_BODY: Final = frozenset({400, 409, 412, 415, 422, 428})
_NOT_MET: Final = 412
_HEXADECIMAL = "abcdef"
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
_SAYS_NOT_THERE: Final = re.compile(
    r"\b(was|were|is|are|did|does|do)(n't| not| never)( \w+)? (there|found|present|exist\w*)\b|\bthere (is|was) no\b"
    r"|\bno such\b|\balready (been )?(deleted|removed|gone|absent)\b|\bnothing to delete\b|\bwhether or not\b",
    re.IGNORECASE,
)
"""What says that there may be nothing to delete; at a success it says how that is answered."""
_SAYS_ANYHOW: Final = re.compile(
    r"\b(whether or not|even (if|when|though)|regardless of whether) (it|the \w+|there) (\w+ )?(exist|was|is|were)\b"
    r"|\bidempotent",
    re.IGNORECASE,
)
"""What says of a delete that nothing need be there."""
_VERSION_AND_VARIANT: Final = frozenset({12, 16})
"""The digits of a UUID that say of which kind it is."""
_LONGER: Final = "one character more"
_ALIKE: Final = ("another case", "a blank after it")


def fitting(ops: ResourceOperations, made: Made) -> Made | None:
    """Return it if every parameter that carries the identity takes the values."""
    for operation in (ops.read, ops.update, ops.delete):
        for parameter in operation.parameters if operation else ():
            value = made.identity.get(field_of(operation, parameter.name)) if operation else None
            if value is not None and not parameter.schema.is_valid(value):
                return None
    return made


def unknown_status(contract: Contract, operation: Operation) -> int:
    """Return the status that answers what doesn't exist, where the operation declares it; otherwise 0."""
    return 0 if _serves_the_unknown(operation) else _declared(contract, operation, "unknown")


def deleted_status(contract: Contract, operation: Operation) -> int:
    """Return the status of its own that answers what was deleted, where the operation declares it; otherwise 0."""
    return _declared(contract, operation, "deleted")


def _serves_the_unknown(operation: Operation) -> bool:
    """Whether the document says of a delete that it is answered with success where there is nothing to delete."""
    successes = (each.description for each in operation.responses if each.status.startswith("2"))
    return operation.method == "DELETE" and (
        _SAYS_ANYHOW.search(operation.description) is not None or any(map(_SAYS_NOT_THERE.search, successes))
    )


def _declared(contract: Contract, operation: Operation, kind: str) -> int:
    status = contract.errors.status.get(kind, 0) if contract.errors else 0
    return status if operation.documents(status) else 0


def looks_at_body_first(session: Session, operation: Operation, exchange: Exchange) -> bool:
    """Whether a write may be refused for its body (a name that is taken, a part that is missing) before anything else.

    So may one with `If-Match: *`: nothing is there that could match it (RFC 9110, 13.1.1). Where the author wrote down how
    what is unknown is refused, that comes first.
    """
    if exchange.status == _NOT_MET and any(name.lower() == IF_MATCH for name, _ in exchange.request.headers):
        return True
    return not session.contract.sourced and operation.body is not None and exchange.status in _OF_THE_BODY


def unknown_identity(session: Session, ops: ResourceOperations, made: Made) -> tuple[Made, Exchange] | None:
    """Return an identity of the same shape that a read has just refused, with that read; `None` if none was found."""
    if ops.read is None or not session.allowed(ops.read):
        return None
    for _ in range(_TRIES):
        candidate = similar_identity(session.random, ops, made)
        if candidate is None:
            return None
        exchange = send_to_unknown(session, ops.read, candidate, note=f"read {ops.with_article} that does not exist")
        if exchange is None:
            return None
        if refused(exchange) and not obstacle(exchange):
            return candidate, exchange
    return None


def similar_identity(random: Random, ops: ResourceOperations, made: Made) -> Made | None:
    """Return the same with an own identity of the same shape that nothing has, as good as certainly."""
    changed = {
        field: value
        for field in ops.own_identity
        if (value := altered_value(random, made.identity.get(field), field)) is not None
    }
    return fitting(ops, with_identity(made, changed)) if changed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """An identity that is nearly a live one, and how it differs.

    `equal_but_for_spelling` says that it differs only by case or blanks, which some would call the same;
    `worth_a_write`, that writes are sent to it too, not reads alone.
    """

    made: Made
    how: str
    equal_but_for_spelling: bool = False
    worth_a_write: bool = False


def near_misses(ops: ResourceOperations, made: Made, fields: Iterable[str]) -> Iterator[NearMiss]:
    """Yield identities that differ from a live one in one field: by a character at the end, by case, or by blanks."""
    for field in fields:
        value = made.identity.get(field)
        if isinstance(value, int) and not isinstance(value, bool) and value:
            for how, number in (("one digit more", value * 10), ("one digit less", value // 10)):
                new = not acts_outside(number, field)
                candidate = fitting(ops, with_identity(made, {field: number})) if new else None
                if candidate is not None:
                    yield NearMiss(made=candidate, how=how, worth_a_write=number < value)
        if isinstance(value, str) and value:
            for how, text in (
                (_LONGER, f"{value}0"),
                ("one character less", _shortened(value)),
                *equivalent_spellings(value),
            ):
                new = text.strip().casefold() != value.casefold()
                fits = text and not (new and acts_outside(text, field))
                candidate = fitting(ops, with_identity(made, {field: text})) if fits else None
                if candidate is not None:
                    yield NearMiss(
                        made=candidate, how=how, equal_but_for_spelling=how in _ALIKE, worth_a_write=how != _LONGER
                    )


def _shortened(text: str) -> str:
    """Return a text without its last letter or digit: a dot or a slash at the end may mean nothing to a server."""
    end = next((index for index in range(len(text), 0, -1) if text[index - 1].isalnum()), len(text))
    return f"{text[: end - 1]}{text[end:]}"


def case_swapped(text: str) -> str:
    """Return a text in the other case; the text itself where it has none, or is a UUID, which is the same in any."""
    return text if _UUID.fullmatch(text) else text.swapcase()


def equivalent_spellings(value: str) -> Iterator[tuple[str, str]]:
    """Texts that only somebody careless takes for this one."""
    swapped = case_swapped(value)
    if swapped != value:
        yield _ALIKE[0], swapped
    if value == value.strip():
        yield _ALIKE[1], f"{value} "  # behind it, since those who trim may do so there alone


def altered_value(random: Random, value: JSON, name: str = "") -> JSON:
    """Return another value of the same shape, letter for letter, digit for digit; `None` for what is no identity.

    In the place of an address or a telephone number stands one that nobody has.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    nobodys = next(reserved_like(str(value), token(random), name), "")
    if nobodys:
        return nobodys if isinstance(value, str) else int(nobodys) if nobodys.isdecimal() else None
    altered = _altered(random, value)
    return None if acts_outside(altered, name) else altered


def _altered(random: Random, value: str | int) -> JSON:
    if isinstance(value, int):
        return abs(value) + _STEP + random.randrange(_STEP)
    if _UUID.fullmatch(value):
        return _other_uuid(random, value)
    keep = value.rfind("-") + 1
    tail = value[keep:]
    if sum(character.isalnum() and character.isascii() for character in tail) < _SHORTEST:
        return f"{value}{token(random)}"
    letters = _HEXADECIMAL if set(tail) <= set(string.hexdigits) else string.ascii_lowercase
    counted = sum(character.isalnum() and character != "0" for character in tail) < _SHORTEST
    digits = "0123456789" if counted else "123456789"  # the 000123 of a server that counts is followed by its 000124
    fresh = "".join(_other(random, character, letters, digits) for character in tail)
    return value[:keep] + fresh if fresh != tail else f"{value}{token(random)}"


def send_to_unknown(session: Session, operation: Operation, made: Made, *, note: str, aim: str = "") -> Exchange | None:
    """Send an operation to an identity that nothing has."""
    arguments = addressing_arguments(session, operation, made)
    return (
        session.call(operation, arguments, note=note, aim=aim, intent=Intent.UNKNOWN) if arguments is not None else None
    )


def judge_deleted(
    session: Session,
    verdicts: Verdicts,
    key: str,
    *,
    ops: ResourceOperations,
    operation: Operation,
    made: Made,
    exchange: Exchange,
) -> Iterator[Verdict]:
    """Judge the answer about something that this run has deleted: as for what never existed, or as the document says."""
    apart = deleted_status(session.contract, operation)
    expected = apart or unknown_status(session.contract, operation)
    first = looks_at_body_first(session, operation, exchange)
    trouble = obstacle(exchange) or (first and f"the body may have been checked first ({exchange.status})") or ""
    wording = f"{expected}" if expected else "a refusal"
    said_gone = exchange.status == HTTPStatus.GONE and operation.response(exchange.status) is not None
    if exchange.status == expected or said_gone or (not expected and refused(exchange) and not trouble):
        yield from verdicts.passed(key, f"{operation.id} answered {exchange.status} for a deleted {ops.name}", exchange)
        return
    if not session.contract.sourced and served(exchange) and says_deleted(session.json(exchange)):
        trouble = f"the answer says itself that the {ops.name} is deleted"
    if not session.contract.sourced and exchange.status == HTTPStatus.CONFLICT and operation.response(exchange.status):
        trouble = f"the {ops.name} may be in a state in which {operation.id} refuses it with the documented 409"
    if trouble:
        yield from verdicts.untested(key, trouble, exchange)
        return
    found = unknown_identity(session, ops, made)
    if found is None:
        if operation.id == (ops.read.id if ops.read else "") and served(exchange):
            other = _never(session, ops, operation, made)
            if other is not None and served(other) and read_result(session, other).found:
                yield from verdicts.untested(
                    key, f"{operation.id} shows what never existed too, which is reported separately", other, exchange
                )
                return
        if not served(exchange):
            yield from verdicts.untested(
                key, f"there is no answer about what never existed to hold the {exchange.status} against", exchange
            )
            return
    else:
        other = send_to_unknown(
            session, operation, found[0], note=f"the same for {ops.with_article} that never existed"
        )
        if other is not None and other.status == exchange.status and not (apart and refused(exchange)):
            yield from verdicts.untested(
                key,
                f"{operation.id} answers {exchange.status} for what never existed too, which is reported separately",
                other,
                exchange,
            )
            return
    yield from verdicts.failed(
        key,
        f"{operation.id} must answer {wording} for a deleted {ops.name} ({_named(made)}); "
        f"it answered {exchange.status}",
        exchange,
        problem="served" if served(exchange) else "status",
        expected=expected or "4xx",
        actual=exchange.status,
    )


def _never(session: Session, ops: ResourceOperations, operation: Operation, made: Made) -> Exchange | None:
    candidate = similar_identity(session.random, ops, made)
    return (
        send_to_unknown(session, operation, candidate, note=f"read {ops.with_article} that never existed")
        if candidate
        else None
    )


def _named(made: Made) -> str:
    return ", ".join(f"{field} {value!r}" for field, value in made.identity.items())


def _other(random: Random, character: str, letters: str, digits: str) -> str:
    for alphabet in (letters, letters.upper(), digits):
        if character in alphabet:
            return random.choice(alphabet)
    return character


def _other_uuid(random: Random, value: str) -> str:
    """Return another UUID of the same version: those of a server that counts differ in their last digits alone."""
    letters = "".join(character.upper() if value.isupper() else character for character in _HEXADECIMAL)
    digits = [index for index, character in enumerate(value) if character != "-"]
    fresh = list(value)
    for count, index in enumerate(digits):
        if count not in _VERSION_AND_VARIANT:
            fresh[index] = random.choice("0123456789" + letters)
    return "".join(fresh)
