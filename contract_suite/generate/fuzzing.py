"""Fuzzing: schemathesis' strategies draw the values, our serialisation sends them, Hypothesis shrinks what fails.

The rule that must not be broken: it ends in time and never raises, whatever the document, the strategies or the server
do. This is the only module that imports schemathesis, and it does so when called.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from warnings import catch_warnings, simplefilter

from contract_suite.contract.naming.outside import without_somebodys
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import path_values
from contract_suite.contract.requests import build
from contract_suite.contract.schemas.copying import FORMAT_MARK
from contract_suite.contract.schemas.pattern_matching import is_quick
from contract_suite.contract.schemas.patterns import matching
from contract_suite.contract.schemas.schema import Schema
from contract_suite.generate.addresses import Addresses
from contract_suite.generate.attempts.moments import is_moment
from contract_suite.generate.drawn_values import holds_control, whole
from contract_suite.generate.linked_values import LinkedValues
from contract_suite.generate.live_ids import place, value_of
from contract_suite.generate.opaque import is_opaque, is_position, may_have_choices, places
from contract_suite.generate.proof import Key, judge, key_of
from contract_suite.generate.templates import Fresh, renew, uniques
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.json import JSON, Arguments, Missing

Provide = Callable[[], Arguments | None]
"""Gives arguments that the server accepts now, with live values, or `None` if there are none to be had."""

Send = Callable[[Case], Sequence[str]]
"""Sends a case, has it judged, and returns the ids of the clauses that failed."""

_PATH: Final = "/drawn"
_MARK: Final = "drawn"
_FIRST: Final = 20
_EXAMPLES: Final = 100
_SHRINKING: Final = 0.5
_MAX_ROUNDS: Final = 10_000
_FRUITLESS: Final = 3
_DRAWN: Final = 8
"""Drawn texts are rarely much longer; a pattern that is tried quickly on so many characters ends soon on most of them."""


@dataclass(slots=True)
class Fuzzed:
    """What came of it: how many requests were sent, and the smallest failing case of each clause.

    `trouble` says why it ended early, if it did.
    """

    sent: int = 0
    failures: dict[str, Case] = field(default_factory=dict)
    trouble: str = ""


def fuzz(
    contract: Contract,
    operation: Operation,
    template: Provide,
    send: Send,
    *,
    seconds: float,
    seed: int = 0,
    addressing: frozenset[str] | None = None,
    fresh: Fresh | None = None,
    seen: set[Key] | None = None,
) -> Fuzzed:
    """Send drawn cases for `seconds`, valid and invalid ones in turn.

    Subjects in `addressing` keep the template's live values; by default those that the contract says hold them. Without
    `fresh`, a request with a field that must be unique proves nothing by being valid. A request in `seen` is not sent
    again; what is sent is added.
    """
    if addressing is None:
        addressing = Addresses(contract).subjects(operation)
    session = _Session(
        contract,
        operation,
        template,
        send,
        time.monotonic() + seconds,
        addressing,
        fresh,
        seen if seen is not None else set(),
    )
    if seconds <= 0 or operation.problem:
        return session.result
    try:
        with catch_warnings():
            simplefilter("ignore")
            session.run(seed)
    except _Ended:
        pass
    except Exception as error:  # noqa: BLE001 - a strategy that can't be made must not end a run
        session.result.trouble = (
            f"fuzzing {operation.id} stopped: {type(error).__name__}: {str(error).partition(chr(10))[0][:200]}"
        )
    return session.result


class _Ended(BaseException):
    pass


class _Failing(Exception):  # noqa: N818 - tells Hypothesis to shrink
    pass


class _Session:
    def __init__(  # noqa: PLR0917 - made in one place only
        self,
        contract: Contract,
        operation: Operation,
        provide: Provide,
        send: Send,
        deadline: float,
        addressing: frozenset[str],
        fresh: Fresh | None,
        seen: set[Key],
    ) -> None:
        self.contract = contract
        self.operation = operation
        self.provide = provide
        self.send = send
        self.deadline = deadline
        self.addressing = addressing
        self.fresh = fresh
        self.seen = seen
        self.result = Fuzzed()
        self.target = ""
        self.shrink_until = 0.0
        self.answers: dict[str, Sequence[str]] = {}
        self.smallest: Case | None = None

    def run(self, seed: int) -> None:
        strategies = _strategies(self.operation, self.addressing)
        if not strategies:
            return
        fruitless = 0
        for number in range(_MAX_ROUNDS):
            before = self.result.sent
            self.round(
                strategies[number % len(strategies)],
                seed * 1_000_003 + number,
                _FIRST if number < len(strategies) else _EXAMPLES,
            )
            fruitless = 0 if self.result.sent > before else fruitless + 1
            if time.monotonic() >= self.deadline or fruitless >= _FRUITLESS * len(strategies):
                return

    def round(self, strategy: Any, seed: int, examples: int) -> None:  # noqa: ANN401 - a Hypothesis strategy of schemathesis' cases
        import hypothesis  # noqa: PLC0415 - heavy, and only fuzzing needs it

        self.target, self.smallest, self.shrink_until = "", None, 0.0
        self.answers.clear()
        wrapped: Any = hypothesis.given(strategy)(self.once)  # type: ignore[no-untyped-call]  # a strategy of unknown type
        settings: Any = hypothesis.settings(
            max_examples=examples,
            deadline=None,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
            verbosity=hypothesis.Verbosity.quiet,
            report_multiple_bugs=False,
            print_blob=False,
        )
        try:
            hypothesis.seed(seed)(settings(wrapped))()
        except _Failing:
            pass
        except hypothesis.errors.HypothesisException as error:
            if not self.target:
                self.result.trouble = f"{type(error).__name__} while drawing for {self.operation.id}"
        finally:
            self.note_failure()

    def note_failure(self) -> None:
        if self.target and self.smallest is not None:
            self.result.failures[self.target] = self.smallest

    def once(self, drawn: Any) -> None:  # noqa: ANN401 - schemathesis' case
        now = time.monotonic()
        if now >= self.deadline:
            raise _Ended
        if self.shrink_until and now >= self.shrink_until:
            return  # shrinking has had its time; what follows counts as passing, and Hypothesis comes to an end
        template = self.provide()
        if template is None:
            raise _Ended
        arguments = _arguments(drawn, template, self.addressing)
        key = repr(sorted(arguments.items()))
        failing = self.answers.get(key)
        if failing is None:
            case = self.case(arguments, template.get("body"))
            if case is None or (not self.target and key_of(case.request) in self.seen):
                return
            self.seen.add(key_of(case.request))
            failing = self.ask(case)
            self.answers[key] = failing
            if (
                not self.target and any(each not in self.result.failures for each in failing)
            ) or self.target in failing:
                self.smallest = case
        if not self.target:
            new = [each for each in failing if each not in self.result.failures]
            if new:
                self.target = new[0]
                self.shrink_until = min(self.deadline, now + max(0.2, (self.deadline - now) * _SHRINKING))
        if self.target and self.target in failing:
            raise _Failing

    def ask(self, case: Case) -> Sequence[str]:
        self.result.sent += 1
        try:
            return self.send(case)
        except Exception as error:
            self.result.trouble = self.result.trouble or f"sending stopped: {type(error).__name__}"
            raise _Ended from error

    def case(self, arguments: Arguments, accepted: JSON) -> Case | None:
        """Return the case of what was drawn, `None` for none; `accepted` is the body of a request that was served."""
        try:
            renewed = {
                subject: whole(value)
                for subject, value in renew(self.contract, self.operation, arguments, self.fresh).items()
            }
            request = build(self.operation, renewed)
        except ValueError:
            return None
        if path_values(self.operation.written_path, request.target) is None:
            return None  # an empty last segment: another address
        intent, _ = judge(self.contract, self.operation, request)
        if intent is not Intent.NEGATIVE and request.method == "DELETE":
            return None  # a served one would take the live resource with it, and every later case would find nothing
        if intent is Intent.POSITIVE and self.fresh is None and uniques(self.contract, self.operation):
            intent = Intent.UNKNOWN
        if intent is Intent.POSITIVE and not self.contract.sourced and self._holds_made_up(renewed, accepted):
            intent = Intent.UNKNOWN
        target_clause = clause_ids.accepted(self.operation.id) if intent is Intent.POSITIVE else ""
        note = {
            Intent.POSITIVE: "drawn valid",
            Intent.NEGATIVE: "drawn invalid",
            Intent.UNKNOWN: "drawn, nothing can be proved",
        }[intent]
        return Case(
            operation=self.operation.id,
            request=request,
            intent=intent,
            stage=Stage.FUZZING,
            target_clause=target_clause,
            note=note,
            arguments=renewed,
            unsaid=not self.contract.sourced,
        )

    def _holds_made_up(self, arguments: Arguments, accepted: JSON) -> bool:
        """Whether a right server may refuse a value that only looks right.

        A reference, a cursor, a date, a `null` or nothing in a query, a text with control characters, and values of
        which an accepted request shows that they belong together.
        """
        subjects = {place for subject, value in arguments.items() for place in places(value, subject)}
        if any(holds_control(value) for value in arguments.values()):
            return True
        if LinkedValues(accepted, self.operation).made_up_in(arguments.get("body")):
            return True
        if any(value == "" and subject.startswith("query.") for subject, value in arguments.items()):
            return True
        return any(value is None and subject != "body" for subject, value in arguments.items()) or any(
            is_moment(self.operation, each)
            or is_position(each)
            or is_opaque(self.contract, self.operation, each)
            or may_have_choices(self.contract, self.operation, each, arguments.get(each))
            for each in subjects - self.addressing
            if not each.startswith("path.")
        )


def _arguments(drawn: Any, template: Arguments, addressing: frozenset[str]) -> Arguments:  # noqa: ANN401 - schemathesis' case
    arguments: dict[str, JSON] = {}
    for where, values in (
        ("path", drawn.path_parameters),
        ("query", drawn.query),
        ("header", drawn.headers),
        ("cookie", drawn.cookies),
    ):
        for name, value in values.items() if isinstance(values, Mapping) else ():
            arguments[f"{where}.{name}"] = value
    if isinstance(drawn.body, (str, int, float, bool, list, dict)) or drawn.body is None:
        arguments["body"] = drawn.body
    arguments = {
        subject: without_somebodys(value, _MARK, subject.rpartition(".")[2]) for subject, value in arguments.items()
    }
    live = {subject: value for subject in addressing if not isinstance(value := value_of(template, subject), Missing)}
    live |= {
        subject: value
        for subject, value in template.items()
        if subject in addressing and not subject.startswith("body/")
    }
    live |= {subject: value for subject, value in template.items() if subject.startswith("path.")}
    return place(arguments, live)


def _strategies(operation: Operation, addressing: frozenset[str]) -> list[Any]:
    """Make the positive and the negative strategy for an operation, from a document that holds nothing else."""
    document = _document(operation, addressing)
    item = document["paths"][_PATH][operation.method.lower()]
    if not item["parameters"] and "requestBody" not in item:
        return []
    import schemathesis  # noqa: PLC0415 - heavy, and only fuzzing needs it
    from schemathesis import GenerationMode  # noqa: PLC0415 - as above
    from schemathesis.config import SchemathesisConfig  # noqa: PLC0415 - as above

    # Without a configuration it looks for a schemathesis.toml at or above the working directory, and runs its hooks.
    config = SchemathesisConfig()
    # What can be encoded as UTF-8 (all but surrogates, which are left out anyway) Hypothesis would find out by trying
    # each code point, in 200 MB of memory.
    config.projects.default.generation.codec = None
    found = schemathesis.openapi.from_dict(document, config=config)[_PATH][operation.method]
    return [found.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]


def _document(operation: Operation, addressing: frozenset[str]) -> dict[str, Any]:
    """Describe what is to be drawn: nothing that a live value replaces anyway."""
    components: dict[str, JSON] = {}
    item: dict[str, Any] = {
        "operationId": operation.id,
        "parameters": [],
        "responses": {"default": {"description": "any"}},
    }
    for index, parameter in enumerate(operation.parameters):
        if parameter.where != "path" and parameter.subject not in addressing:
            schema = _moved(parameter.schema, f"p{index}", components)
            item["parameters"].append(
                {"name": parameter.name, "in": parameter.where, "required": parameter.required, "schema": schema}
            )
    media = operation.body.usual if operation.body else None
    if operation.body is not None and media is not None:
        content = {media.name: {"schema": _moved(media.schema, "b", components) if media.schema else {}}}
        item["requestBody"] = {"required": operation.body.required, "content": content}
    return {
        "openapi": "3.1.0",
        "info": {"title": operation.id, "version": "1"},
        "paths": {_PATH: {operation.method.lower(): item}},
        "components": {"schemas": components},
    }


def _moved(schema: Schema, prefix: str, components: dict[str, JSON]) -> JSON:
    """Move the definitions of a schema into the document's components."""
    standalone = schema.standalone()
    definitions = standalone.get("$defs")
    for name, each in (definitions if isinstance(definitions, dict) else {}).items():
        components[f"{prefix}.{name}"] = _renamed(each, prefix)
    root = {key: value for key, value in standalone.items() if key not in {"$defs", "$schema"}}
    return _renamed(root, prefix)


def _renamed(value: JSON, prefix: str) -> JSON:
    if isinstance(value, dict):
        return _without_endless(dict(_members(value, prefix)))
    return [_renamed(item, prefix) for item in value] if isinstance(value, list) else value


def _without_endless(schema: dict[str, JSON]) -> dict[str, JSON]:
    """Take out the patterns that Python's own engine, by which values are drawn, may never end with.

    Some texts that match stand in for one. What is drawn is judged by the document, whatever it was drawn from.
    """
    pattern, named = schema.get("pattern"), schema.get("patternProperties")
    if isinstance(pattern, str) and not is_quick(pattern, _DRAWN):
        least, most = schema.get("minLength"), schema.get("maxLength")
        texts = matching(pattern, least if isinstance(least, int) else 0, most if isinstance(most, int) else None)
        schema = {key: value for key, value in schema.items() if key != "pattern"}
        schema |= {"enum": list(texts)} if texts and "enum" not in schema else {}
    if isinstance(named, dict) and not all(is_quick(each, _DRAWN) for each in named):
        schema = {key: value for key, value in schema.items() if key != "patternProperties"}
    return schema


def _members(value: Mapping[str, JSON], prefix: str) -> Iterator[tuple[str, JSON]]:
    for key, member in value.items():
        if key == "$ref" and isinstance(member, str):
            yield key, member.replace("#/$defs/", f"#/components/schemas/{prefix}.", 1)
        elif key != FORMAT_MARK:
            yield key, _renamed(member, prefix)
