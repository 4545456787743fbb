"""Ways in which a server deviates from what its contract says of names and ids, as pipelines of the mock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_suite.mock import pipeline as steps
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.refused import Refused
from contract_suite.mock.state import Record, State
from contract_suite.model.exchange import Response


def namesakes(field: str) -> Callable[[list[Record], Record], list[Record]]:
    return lambda there, gone: [
        each for each in there if each is not gone and each.body.get(field) == gone.body.get(field)
    ]


def keeping_names() -> Pipeline:
    names: set[tuple[Any, Any]] = set()

    def remove(state: State, record: Record) -> None:
        names.add((record.body.get("WorkspaceId"), record.body.get("AlgorithmName")))
        State.remove(state, record)

    return Pipeline(
        remove=remove,
        draft=refusing(lambda _, fields: (fields.get("WorkspaceId"), fields.get("AlgorithmName", "?")) in names),
    )


def refusing(taken: Callable[[list[Record], Body], bool]) -> Callable[..., Record]:
    """A draft of an Algorithm that is refused as a duplicate where `taken` says so."""

    def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
        if name == "Algorithm" and taken(State.all(state, name, scope), fields):
            raise Refused("duplicate", "taken")
        return State.draft(state, name, scope, fields, now)

    return draft


def taking_duplicates(when: Callable[[], bool] = lambda: True) -> Callable[[], Pipeline]:
    def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
        try:
            return State.draft(state, name, scope, fields, now)
        except Refused as refusal:
            if refusal.kind != "duplicate" or name != "Algorithm" or not when():
                raise
        other = State.draft(state, name, scope, {**fields, "AlgorithmName": f"{fields['AlgorithmName']}~"}, now)
        return replace(other, body={**other.body, "AlgorithmName": fields["AlgorithmName"]})

    return lambda: Pipeline(draft=draft)


def overlooking_duplicates(
    when: Callable[[Record, Body], bool], effect: Callable[[State, Record, Record], None] | None = None
) -> Callable[[], Pipeline]:
    """A server that takes a duplicate where `when` says so, or that refuses it after an effect."""

    def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
        try:
            return State.draft(state, name, scope, fields, now)
        except Refused as refusal:
            if refusal.kind != "duplicate" or name != "Algorithm":
                raise
            keys = ("AlgorithmName", "WorkspaceId")
            taken = next(
                each
                for each in State.all(state, name, scope)
                if all(each.body.get(key) == fields.get(key) for key in keys)
            )
            if not when(taken, fields):
                raise
            other = State.draft(state, name, scope, {**fields, "AlgorithmName": f"{fields['AlgorithmName']}~"}, now)
            other = replace(other, body={**other.body, "AlgorithmName": fields["AlgorithmName"]})
            if effect is None:
                return other
            effect(state, taken, other)
            raise

    return lambda: Pipeline(draft=draft)


def shown_otherwise(taken: Record, new: Body) -> bool:
    return taken.body.get("DisplayName") != new.get("DisplayName")


def taking_over(state: State, taken: Record, new: Record) -> None:
    State.put(state, replace(taken, body={**taken.body, "DisplayName": new.body.get("DisplayName", "")}))


def finding_by(
    alike: Callable[[tuple[str, ...], tuple[str, ...]], bool], resource: str, method: str = ""
) -> Callable[[], Pipeline]:
    """A server that compares ids in a way of its own, in one method or in all."""

    def pipeline() -> Pipeline:
        called = [""]

        def handle(call: Call, serve: Callable[[Call], Response]) -> Response:
            called[0] = call.request.method
            return steps.handle(call, serve)

        def find(state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]) -> Record | None:
            found = State.find(state, name, scope, key)
            if found is not None or name != resource or method not in {"", called[0]}:
                return found
            return next((each for each in State.all(state, name, scope) if alike(each.ref.key, key)), None)

        return Pipeline(handle=handle, find=find)

    return pipeline


def in_any_case(part: int) -> Callable[[tuple[str, ...], tuple[str, ...]], bool]:
    def alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        pairs = enumerate(zip(one, other, strict=True))
        return all(
            each.casefold() == wanted.casefold() if index == part else each == wanted for index, (each, wanted) in pairs
        )

    return alike


def but_for_blanks(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return one == tuple(each.strip() for each in other)


def by_the_beginning(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return all(len(wanted) > 8 and each.startswith(wanted) for each, wanted in zip(one, other, strict=True))


def lowering_paths() -> Pipeline:
    def handle(call: Call, serve: Callable[[Call], Response]) -> Response:
        path, mark, query = call.request.target.partition("?")
        call.request = replace(call.request, target=f"{path.lower()}{mark}{query}")
        return steps.handle(call, serve)

    return Pipeline(handle=handle)


def giving_ids_again() -> Pipeline:
    free: list[Any] = []

    def remove(state: State, record: Record) -> None:
        State.remove(state, record)
        if record.ref.resource == "Algorithm":
            free.append(record.body["AlgorithmId"])

    def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
        record = State.draft(state, name, scope, fields, now)
        return (
            state.record(name, scope, {**record.body, "AlgorithmId": free.pop()})
            if name == "Algorithm" and free
            else record
        )

    return Pipeline(remove=remove, draft=draft)


def finding_by_beginning() -> Pipeline:
    def find(state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]) -> Record | None:
        found = State.find(state, name, scope, key)
        if found is None and name == "Algorithm":
            found = next((each for each in State.all(state, name, scope) if each.ref.key[0].startswith(key[0])), None)
        return found

    return Pipeline(find=find)


def same_name(there: list[Record], new: Body) -> bool:
    return "AlgorithmName" in new and any(each.body.get("AlgorithmName") == new["AlgorithmName"] for each in there)


def same_name_in_any_case(there: list[Record], new: Body) -> bool:
    neighbours = [each.body for each in there if each.body.get("WorkspaceId") == new.get("WorkspaceId")]
    return "AlgorithmName" in new and any(
        str(each.get("AlgorithmName")).lower() == str(new["AlgorithmName"]).lower() for each in neighbours
    )


def both_nameless(there: list[Record], new: Body) -> bool:
    return "AlgorithmName" not in new and any("AlgorithmName" not in each.body for each in there)
