"""The state machine against a model that is a plain dictionary."""

from __future__ import annotations

import re
from typing import Any, Literal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from contract_suite.contract.operation import Contract
from contract_suite.contract.vocabulary import Assigned, Resource, Unique
from contract_suite.mock.fields import getter, text_of, with_value, without
from contract_suite.mock.refused import Refused
from contract_suite.mock.state import State, links, moment
from contract_suite.model.json import MISSING
from contract_suite.model.location import Location

HERE = Location(file="none", line=1, pointer="")
NAMES = st.sampled_from([None, "", "a", "A", "ä", "b "])
SPACES = st.sampled_from([None, "1", "2"])


def resource(name: str, **fields: Any) -> Resource:
    return Resource(location=HERE, name=name, **fields)


PARENT = resource(
    "Parent",
    identity=("id",),
    scope=("room",),
    assigned=(
        Assigned(location=HERE, field="id", format="p-{random}"),
        Assigned(location=HERE, field="/times/made", time="created"),
        Assigned(location=HERE, field="/times/changed", time="modified"),
    ),
    unique=(Unique(location=HERE, fields=("name",), within=("space",)),),
    owns=("Child",),
)
CHILD = resource("Child", identity=("id", "number"), scope=("room",), inherits=("name",), owns=("Toy",))
TOY = resource("Toy", identity=("id", "number", "toy"), scope=("room",), inherits=("name",))


class Machine(RuleBasedStateMachine):
    parents = Bundle("parents")

    def __init__(self) -> None:
        super().__init__()
        self.state = State((PARENT, CHILD, TOY), seed=3)
        self.model: dict[tuple[str, str], dict[str, Any]] = {}
        self.children: set[tuple[str, str, str]] = set()
        self.toys: set[tuple[str, str, str, str]] = set()
        self.ids: set[str] = set()
        self.now = 0.0

    @initialize()
    def begin(self) -> None:
        self.now = 1000.0

    def taken(self, room: str, body: dict[str, Any], but: str = "") -> bool:
        if body.get("name") is None or body.get("space") is None:
            return False
        same = [each for (other, key), each in self.model.items() if other == room and key != but]
        return any((each.get("name"), each.get("space")) == (body["name"], body["space"]) for each in same)

    @rule(target=parents, room=st.sampled_from(["x", "y"]), name=NAMES, space=SPACES)
    def create(self, room: str, name: str | None, space: str | None) -> Any:
        self.now += 1
        fields = {key: value for key, value in (("name", name), ("space", space)) if value is not None}
        try:
            record = self.state.draft("Parent", (room,), {**fields, "id": "mine"}, self.now)
        except Refused:
            assert self.taken(room, fields)
            return multiple()
        assert not self.taken(room, fields)
        assert self.state.find(*record.ref) is None
        self.state.put(record)
        key = record.ref.key[0]
        assert key not in self.ids
        self.ids.add(key)
        stamp = moment(self.now, "date-time")
        self.model[room, key] = {**fields, "id": key, "times": {"made": stamp, "changed": stamp}}
        return room, key

    @rule(parent=parents, name=NAMES)
    def rename(self, parent: tuple[str, str], name: str | None) -> None:
        self.now += 1
        record = self.state.find("Parent", (parent[0],), (parent[1],))
        expected = self.model.get(parent)
        assert (record is None) == (expected is None)
        if record is None or expected is None:
            return
        body = without(record.body, "name") if name is None else with_value(record.body, "name", name)
        try:
            revised = self.state.revise(record, body, self.now)
        except Refused:
            assert self.taken(parent[0], body, but=parent[1])
            return
        assert body == record.body or not self.taken(parent[0], body, but=parent[1])
        self.state.put(revised)
        if body != record.body:
            self.model[parent] = {**body, "times": {**expected["times"], "changed": moment(self.now, "date-time")}}

    @rule(parent=parents, number=st.integers(1, 3))
    def add_child(self, parent: tuple[str, str], number: int) -> None:
        self._add(
            "Child", parent, {"number": number}, (*parent, str(number)), self.children, owner_there=parent in self.model
        )

    @rule(parent=parents, number=st.integers(1, 3), toy=st.sampled_from("ab"))
    def add_toy(self, parent: tuple[str, str], number: int, toy: str) -> None:
        key = (*parent, str(number), toy)
        self._add(
            "Toy",
            parent,
            {"number": number, "toy": toy},
            key,
            self.toys,
            owner_there=(*parent, str(number)) in self.children,
        )

    def _add(
        self,
        name: str,
        parent: tuple[str, str],
        fields: dict[str, Any],
        key: Any,
        known: set[Any],
        *,
        owner_there: bool,
    ) -> None:
        try:
            self.state.put(self.state.draft(name, (parent[0],), {"id": parent[1], **fields}, self.now))
        except Refused as refusal:
            expected = "duplicate" if owner_there and key in known else "unknown"
            if refusal.kind != expected or (owner_there and key not in known):
                raise
        else:
            assert owner_there
            known.add(key)

    @rule(parent=consumes(parents))
    def delete(self, parent: tuple[str, str]) -> None:
        record = self.state.find("Parent", (parent[0],), (parent[1],))
        if record is not None:
            self.state.remove(record)
            del self.model[parent]
            self.children = {each for each in self.children if each[:2] != parent}
            self.toys = {each for each in self.toys if each[:2] != parent}

    @rule(parent=parents, number=st.integers(1, 3))
    def delete_child(self, parent: tuple[str, str], number: int) -> None:
        record = self.state.find("Child", (parent[0],), (parent[1], str(number)))
        assert (record is not None) == ((*parent, str(number)) in self.children)
        if record is not None:
            self.state.remove(record)
            self.children.discard((*parent, str(number)))
            self.toys = {each for each in self.toys if each[:3] != (*parent, str(number))}

    @invariant()
    def agrees_with_the_model(self) -> None:
        for room in ("x", "y"):
            shown = [record.body for record in self.state.all("Parent", (room,))]
            assert shown == [body for (other, _), body in self.model.items() if other == room]
            for record in self.state.all("Child", (room,)):
                assert self.state.shown(record).get("name") == self.model[room, record.ref.key[0]].get("name")
        assert {
            (record.ref.scope[0], *record.ref.key) for room in "xy" for record in self.state.all("Child", (room,))
        } == self.children
        assert {
            (record.ref.scope[0], *record.ref.key) for room in "xy" for record in self.state.all("Toy", (room,))
        } == self.toys


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


@pytest.mark.parametrize("absent", ["distinct", "equal"])
def test_absent_values_collide_only_where_the_promise_says_so(absent: Literal["distinct", "equal"]) -> None:
    state = State(
        [
            resource(
                "R",
                identity=("id",),
                unique=(Unique(location=HERE, fields=("name",), within=("space",), absent=absent),),
            )
        ]
    )
    state.put(state.draft("R", (), {"id": 1, "name": "n"}, 0))
    state.put(state.draft("R", (), {"id": 2, "space": "s"}, 0))
    assert bool(state.clashes(state.record("R", (), {"id": 3, "name": "n"}))) == (absent == "equal")
    assert bool(state.clashes(state.record("R", (), {"id": 3, "space": "s"}))) == (absent == "equal")
    assert not state.clashes(state.record("R", (), {"id": 3, "name": "n", "space": "s"}))


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [(1, 1.0, True), (1, True, False), ("1", 1, False), ([1], [1], True), ("a", "A", False), ("é", "e\u0301", False)],
)
def test_unique_values_are_compared_by_type_and_content(one: Any, other: Any, equal: bool) -> None:
    state = State([resource("R", identity=("id",), unique=(Unique(location=HERE, fields=("v",)),))])
    state.put(state.draft("R", (), {"id": 1, "v": one}, 0))
    assert bool(state.clashes(state.record("R", (), {"id": 2, "v": other}))) == equal


def test_an_identity_is_found_by_its_text() -> None:
    state = State([resource("R", identity=("id",))])
    state.put(state.draft("R", (), {"id": "282"}, 0))
    with pytest.raises(Refused):
        state.draft("R", (), {"id": 282}, 0)
    assert [text_of(value) for value in (282, 282.0, "282", True, None)] == ["282", "282", "282", "true", "null"]


def test_assigned_ids_have_the_type_of_their_field() -> None:
    kinds = {"number": "integer", "uuid": "uuid", "text": "string"}
    assigned = tuple(Assigned(location=HERE, field=name, format="{random}") for name in kinds)
    state = State([resource("R", identity=tuple(kinds), assigned=assigned)], kind_of=lambda _, name: kinds[name])
    bodies = [state.draft("R", (), {}, 0).body for _ in range(50)]
    assert {type(body["number"]) for body in bodies} == {int}
    assert all(len(str(body["uuid"])) == 36 for body in bodies)
    assert all(len({str(body[name]) for body in bodies}) == 50 for name in kinds)


def test_the_same_seed_gives_the_same_ids() -> None:
    def ids(seed: int) -> list[Any]:
        state = State([PARENT, CHILD, TOY], seed=seed)
        return [state.draft("Parent", ("x",), {}, 0).body["id"] for _ in range(5)]

    assert ids(1) == ids(1) != ids(2)


def test_an_owner_is_linked_by_name_or_by_position() -> None:
    assert links(PARENT, CHILD) == {"id": "id"}
    assert links(resource("A", identity=("/meta/id",)), resource("B", identity=("book", "number"))) == {
        "/meta/id": "book"
    }
    assert links(resource("A", identity=("id",)), resource("B", identity=("id",))) == {}
    assert links(resource("A", identity=("aId",)), resource("B", identity=("id",))) == {"aId": "aId"}


def test_fields_are_read_and_written_through_pointers_without_touching_the_original() -> None:
    body: dict[str, Any] = {"a": {"b": 1, "c": [5]}, "x/y": 2}
    assert with_value(body, "/a/b", 3)["a"] == {"b": 3, "c": [5]}
    assert with_value(body, "/n/m", 3)["n"] == {"m": 3}
    assert with_value(body, "/x~1y", 3)["x/y"] == 3
    assert without(body, "/a/b")["a"] == {"c": [5]}
    assert without(body, "/q/b") == body
    assert [getter(name)(body) for name in ("a", "/a/b", "/a/c/0", "x/y", "/x~1y", "/a/q", "q", "/x~1y/z")] == [
        body["a"],
        1,
        5,
        2,
        2,
        MISSING,
        MISSING,
        MISSING,
    ]
    assert body == {"a": {"b": 1, "c": [5]}, "x/y": 2}


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("date-time", "1970-01-01T00:00:01Z"),
        ("string", "1970-01-01T00:00:01Z"),
        ("date", "1970-01-01"),
        ("integer", 1500),
        ("number", 1.5),
    ],
)
def test_times_are_written_as_their_field_wants_them(kind: str, written: Any) -> None:
    assert moment(1.5, kind) == written


def test_five_thousand_records_are_made_found_and_removed_quickly(library: Contract) -> None:
    state = State(library.resources)
    for number in range(5000):
        state.put(state.draft("Book", ("north",), {"meta": {"id": number}, "title": f"t{number}"}, 0))
    assert len(state.all("Book", ("north",))) == 5000
    for record in state.all("Book", ("north",)):
        state.remove(record)
    assert state.all("Book", ("north",)) == []


def test_assigned_texts_are_a_letter_and_ten_more_characters() -> None:
    made = [State((PARENT,), seed=seed).draft("Parent", ("x",), {}, 0.0).body["id"] for seed in range(20)]
    assert all(re.fullmatch("p-[a-z][0-9a-z]{10}", str(each)) for each in made)
    assert len(set(made)) == len(made)
