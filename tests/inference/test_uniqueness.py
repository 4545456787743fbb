"""What sentences say of members that no two may have alike, and what they don't say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import route
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import infer, with_guesses
from contract_suite.inference.rule import InferredFact
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive
from tests.runner.right_servers import Answer, found, judged
from tests.runner.shelves import Shelf, shelf

Node = dict[str, Any]
TAKEN = "It is taken."


def agents(member: str = "", create: str = "", conflict: str = TAKEN, invalid: str = "400", **more: str) -> Node:
    """Agents with a handle and an e-mail address; the sentences stand at a member, at the create and at its 409.

    `invalid` is the status of invalid values.
    """
    text: Node = {"type": "string", "minLength": 1, "maxLength": 60}
    sent: Node = {
        "type": "object",
        "required": ["handle"],
        "properties": {
            "handle": {**text, "description": member},
            "email_address": text,
            "team_id": text,
            "tier": {"type": "string", "enum": ["gold", "tin"]},
            **{name: {**text, "description": each} for name, each in more.items()},
        },
    }
    shown = {**sent, "properties": {"id": {"type": "string", "readOnly": True}, **sent["properties"]}}
    one = {"description": "one", "content": {"application/json": {"schema": shown}}}
    refused = {invalid: {"description": "bad"}, **({"409": {"description": conflict}} if conflict else {})}
    body = {"required": True, "content": {"application/json": {"schema": sent}}}
    key = {"name": "agent_id", "in": "path", "required": True, "schema": {"type": "string"}}
    post = {"operationId": "addAgent", "description": create, "requestBody": body, "responses": {"201": one, **refused}}
    item = {
        "parameters": [key],
        "get": {"operationId": "getAgent", "responses": {"200": one, "404": {"description": "none"}}},
        "delete": {
            "operationId": "dropAgent",
            "responses": {"204": {"description": "gone"}, "404": {"description": "none"}},
        },
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "agents", "version": "1"},
        "paths": {"/agents": {"post": post}, "/agents/{agent_id}": item},
    }


def fact_of(document: Node) -> InferredFact | None:
    facts = infer(read_contract(Library().read(json.dumps(document).encode(), "agents.json")))
    return next((fact for fact in facts if fact.path[-1] == "unique"), None)


def unique(document: Node) -> Any:
    """What must be unique, but for the status of its refusal."""
    fact = fact_of(document)
    if fact is None or not isinstance(fact.words, list):
        return None
    rules = [each for each in fact.words if isinstance(each, dict)]
    return [{name: value for name, value in each.items() if name != "status"} for each in rules]


@pytest.mark.parametrize(
    ("document", "status"),
    [
        ({"create": "The handle must be unique, otherwise 409."}, 409),
        ({"member": "Unique, a second one is refused with 409."}, 409),
        ({"conflict": "An agent with this handle exists."}, 409),
        ({"create": "The handle must be unique."}, None),
        ({"member": "Must be unique."}, None),
        ({"member": "Unique.", "conflict": "", "invalid": "422"}, None),
    ],
)
def test_the_status_of_the_refusal_counts_where_the_sentence_says_it(document: Any, status: int | None) -> None:
    """That a name which is taken is answered 409, and not as any invalid value, was said and never held to a server."""
    fact = fact_of(agents(**document))
    assert fact is not None
    assert isinstance(fact.words, list)
    assert [each.get("status") for each in fact.words if isinstance(each, dict)] == [status]


@pytest.mark.parametrize(
    ("sentence", "invalid", "is_unique"),
    [
        ("The handle must be unique.", "422", True),
        (
            "The handle is kept in lower case and must stay unique, whatever its case; one already taken is answered 422.",
            "422",
            True,
        ),
        ("A handle already taken is answered 422.", "422", True),
        ("A handle already taken is answered 400.", "400", True),
        ("A handle already taken is marked.", "422", False),
        ("The handle must be unique.", "400", False),
        ("A handle or email address already taken is answered 422.", "422", False),
        ("The handle need not be unique.", "422", False),
    ],
)
def test_the_create_says_that_a_duplicate_is_an_invalid_value(sentence: str, invalid: str, *, is_unique: bool) -> None:
    """Without a 409, only what stood at the member itself was heard."""
    assert bool(unique(agents(create=sentence, conflict="", invalid=invalid))) is is_unique


@pytest.mark.parametrize(
    "sentence",
    [
        "The handle must be free for as long as the meeting lasts, and no other active agent may use it.",
        "409: an active agent with this handle already exists.",
        "Refused when another agent that is not deleted has the handle.",
        "The handle is taken by another agent during the same hours.",
        "If an agent with the handle already exists, that one is returned with 200.",
        "An agent whose handle exists already is updated.",
    ],
)
def test_what_only_some_things_have_may_be_had_again(sentence: str) -> None:
    """A code of a coupon that is not active any more was called taken."""
    assert not unique(agents(create=sentence))


@pytest.mark.parametrize(
    ("noun", "sentence", "is_unique"),
    [
        ("seat", "The seat must still be free.", False),
        ("seat", "The seat is taken by another guest.", False),
        ("seat", "The seat must be unique.", True),
        ("handle", "The handle must still be free.", True),
    ],
)
def test_a_place_is_taken_for_a_while_and_a_name_for_good(noun: str, sentence: str, *, is_unique: bool) -> None:
    """A room that must be free for a stay was called taken for every other one."""
    document = json.loads(json.dumps(agents(create=sentence)).replace("handle", noun))
    assert bool(unique(document)) is is_unique


@pytest.mark.parametrize(
    "document",
    [
        agents("Must be unique."),
        agents("How the agent is called. Unique among all agents."),
        agents("The handle is always unique"),
        agents("Unique handle of the agent."),
        agents("No two agents have the same one."),
        agents("What is already in use is refused."),
        agents(create="Adds an agent. The handle must be unique among all agents."),
        agents(create="Adds an agent; no two agents have the same `handle`."),
        agents(create="Refused if another agent has the handle."),
        agents(conflict="The handle is already taken."),
        agents(conflict="An agent with this handle exists."),
    ],
)
def test_a_sentence_that_says_so(document: Node) -> None:
    assert unique(document) == [{"fields": ["handle"], "x-source": "inferred"}]


def test_words_of_a_name() -> None:
    assert unique(agents(conflict="The email address is in use.")) == [
        {"fields": ["email_address"], "x-source": "inferred"}
    ]


@pytest.mark.parametrize(
    "document",
    [
        agents("Unique, without regard to case."),
        agents("Must be unique. Case is ignored."),
        agents(create="The handle must be unique among all agents (case-insensitive)."),
        agents(conflict="An agent with this handle exists (case is ignored)."),
    ],
)
def test_a_sentence_says_that_case_does_not_count(document: Node) -> None:
    assert unique(document) == [{"fields": ["handle"], "case": "ignored", "x-source": "inferred"}]


@pytest.mark.parametrize(
    ("sentences", "case"),
    [
        ("The handle must be unique; `ada-1` and `ADA-1` count as the same handle.", "ignored"),
        ("The handle must be case-insensitively unique.", "ignored"),
        ("The handle must be unique regardless of case.", "ignored"),
        ("The handle must be unique. Handles are compared ignoring case.", "ignored"),
        ("The handle must be unique. Capitalization does not matter.", "ignored"),
        ("The handle must be unique; handles that differ only in case are refused too.", "ignored"),
        ("The handle must be unique; case matters.", "exact"),
        ("The handle must be unique; `ada` and `Ada` are different handles.", "exact"),
        ("The handle must be unique. Handles are case-sensitive.", "exact"),
        ("The handle must be unique. The list is sorted without regard to case.", ""),
        ("The handle must be unique. The email address is compared ignoring case.", ""),
        ("The handle must be unique. It is kept in the case it was sent in.", ""),
        ("The handle must be unique. In case of doubt, ask.", ""),
        ("The handle must be unique, case-insensitive. The handle is case-sensitive.", ""),
    ],
)
def test_whose_case_a_sentence_is_about(sentences: str, case: str) -> None:
    """An example of two values was not understood, and a sentence about another member or a list was taken for one of this."""
    rule = {"fields": ["handle"], **({"case": case} if case else {}), "x-source": "inferred"}
    assert unique(agents(create=sentences)) == [rule]


def changed(document: Node, sentence: str, *, conflict: bool = True) -> Node:
    """The document with a PATCH of an agent, and what is said of it."""
    post = document["paths"]["/agents"]["post"]
    refused = {"409": {"description": "Conflict."}} if conflict else {}
    answers = {"200": post["responses"]["201"], "400": {"description": "bad"}, **refused}
    update = {"operationId": "changeAgent", "description": sentence, "requestBody": post["requestBody"]}
    document["paths"]["/agents/{agent_id}"]["patch"] = {**update, "responses": answers}
    return document


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("The handle must not be that of another agent.", {"fields": ["handle"]}),
        ("409 if another agent has the handle, ignoring case.", {"fields": ["handle"], "case": "ignored"}),
        ("409 if another client has updated the handle meanwhile.", None),
        ("409 if the agent is busy.", None),
    ],
)
def test_a_sentence_of_the_update(sentence: str, rule: Node | None) -> None:
    """What only the update said was overlooked."""
    found = unique(changed(agents(conflict="Conflict."), sentence))
    assert found == ([{**rule, "x-source": "inferred"}] if rule else None)
    assert unique(changed(agents(conflict="Conflict."), sentence, conflict=False)) is None


def test_the_update_adds_what_it_says_of_the_case() -> None:
    document = changed(agents(create="The handle must be unique."), "The handle may not be taken, regardless of case.")
    assert unique(document) == [{"fields": ["handle"], "case": "ignored", "x-source": "inferred"}]


def test_a_parameter_of_the_path_may_be_what_it_is_unique_within() -> None:
    """What is made below its owner and shown without it ("unique within the team") was not taken for unique."""
    document = agents(create="The handle must be unique within the team.")
    key = {"name": "team_id", "in": "path", "required": True, "schema": {"type": "string"}}
    post = document["paths"].pop("/agents")["post"]
    body = post["requestBody"]["content"]["application/json"]
    body["schema"] = {**body["schema"], "properties": {"handle": body["schema"]["properties"]["handle"]}}
    document["paths"]["/teams/{team_id}/agents"] = {"parameters": [key], "post": post}
    assert unique(document) == [{"fields": ["handle"], "within": ["team_id"], "x-source": "inferred"}]


@pytest.mark.parametrize("kept", [True, False])
def test_what_differs_in_its_case_alone_is_refused_where_case_does_not_count(*, kept: bool) -> None:
    [behaviour] = [each for each in BEHAVIOURS if each.name == "uniqueness"]
    said, other = (
        with_guesses(read_contract(Library().read(json.dumps(agents(text)).encode(), "agents.json")))
        for text in ("Must be unique, case-insensitive.", "Must be unique.")
    )
    found = drive(said, (behaviour,), served=None if kept else other)
    clause = "addAgent::handle::other-case-refused"
    assert (clause in found.passed(), clause in found.failed()) == (kept, not kept)
    assert "addAgent::handle::duplicate-refused" in found.passed()


def agents_of_teams(sentence: str) -> Node:
    """Agents that are made below a team, which can be made too."""
    document = agents(create=sentence)
    paths = document["paths"]
    team: Node = {"type": "object", "required": ["label"], "properties": {"label": {"type": "string", "minLength": 1}}}
    shown = {**team, "properties": {"id": {"type": "string", "readOnly": True}, **team["properties"]}}
    one = {"description": "one", "content": {"application/json": {"schema": shown}}}
    body = {"required": True, "content": {"application/json": {"schema": team}}}
    key = {"name": "team_id", "in": "path", "required": True, "schema": {"type": "string"}}
    missing = {"404": {"description": "none"}}
    paths["/teams"] = {
        "post": {
            "operationId": "addTeam",
            "requestBody": body,
            "responses": {"201": one, "400": {"description": "bad"}},
        }
    }
    paths["/teams/{team_id}"] = {
        "parameters": [key],
        "get": {"operationId": "getTeam", "responses": {"200": one, **missing}},
        "delete": {"operationId": "dropTeam", "responses": {"204": {"description": "gone"}, **missing}},
    }
    post = paths["/agents"]["post"]
    for media in (post["requestBody"], post["responses"]["201"]):
        del media["content"]["application/json"]["schema"]["properties"]["team_id"]
    paths["/teams/{team_id}/agents"] = {**paths.pop("/agents"), "parameters": [key]}
    item = paths.pop("/agents/{agent_id}")
    paths["/teams/{team_id}/agents/{agent_id}"] = {**item, "parameters": [key, *item["parameters"]]}
    return document


@pytest.mark.parametrize(
    ("sentence", "across"),
    [
        ("The handle must be unique among the agents of all teams.", True),
        ("The handle is globally unique.", True),
        ("The handle must be unique among all agents.", False),
        ("The handle must be unique within the team.", False),
    ],
)
def test_what_is_unique_below_every_owner(sentence: str, across: bool) -> None:
    """A server that minds the name below one owner alone is found where a sentence speaks of all owners."""
    [behaviour] = [each for each in BEHAVIOURS if each.name == "uniqueness"]
    said = with_guesses(read_contract(Library().read(json.dumps(agents_of_teams(sentence)).encode(), "agents.json")))
    clause = "addAgent::handle::duplicate-elsewhere-refused"
    assert (clause in drive(said, (behaviour,), server=Teams(said, everywhere=True)).passed()) is across
    assert (clause in drive(said, (behaviour,), server=Teams(said, everywhere=False)).failed()) is across


def test_a_name_that_is_an_address_below_an_owner_is_free_below_another() -> None:
    """`/teams/{team_id}/agents/{handle}` has the team in front, whatever its create says of the handle."""
    text = json.dumps(agents_of_teams("The handle must be unique among the agents of all teams."))
    text = text.replace("/agents/{agent_id}", "/agents/{handle}").replace('"name": "agent_id"', '"name": "handle"')
    [behaviour] = [each for each in BEHAVIOURS if each.name == "uniqueness"]
    clauses = list(behaviour.clauses(with_guesses(read_contract(Library().read(text.encode(), "agents.json")))))
    assert "duplicate-refused" in {each.kind for each in clauses}
    assert "duplicate-elsewhere-refused" not in {each.kind for each in clauses}


class Teams:
    """Serves teams and their agents, whose handles are unique everywhere, or below one team."""

    def __init__(self, contract: Contract, *, everywhere: bool) -> None:
        self.contract = contract
        self.everywhere = everywhere
        self.things: dict[str, Node] = {}

    def handle(self, request: Request) -> Response:
        operation, found, _ = route(self.contract, request.method, request.target)
        assert operation is not None
        if request.method != "POST":
            key = str(list(found.values())[-1])
            known = self.things.pop(key, None) if request.method == "DELETE" else self.things.get(key)
            return self.answer(200 if known else 404, known)
        thing = json.loads(request.body)
        media = operation.body.json if operation.body else None
        if media is None or media.schema is None or not media.schema.is_valid(thing):
            return self.answer(400)
        mine = [each for each in self.things.values() if self.everywhere or each["team"] == found.get("team_id")]
        if "handle" in thing and thing["handle"] in [each.get("handle") for each in mine]:
            return self.answer(409)
        key = f"k{len(self.things)}"
        self.things[key] = {**thing, "id": key, "team": found.get("team_id")}
        return self.answer(201, self.things[key])

    def answer(self, status: int, body: Any = None) -> Response:
        text = json.dumps(body).encode() if body else b""
        return Response(status=status, headers=(("Content-Type", "application/json"),), body=text)


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("Handles must be unique.", {}),
        ("Handles are case-insensitive and must be unique per team.", {"within": ["team_id"], "case": "ignored"}),
        ("The handle must be unique across the team.", {"within": ["team_id"]}),
        ("The handle must be unique across the whole company.", {}),
        ("The handle must be unique across the platform.", {}),
        ("The handle must be unique across the agents.", {}),
        ("The handle must be unique across the day.", None),
        ("409 if it handles a team that is already taken.", None),
    ],
)
def test_the_plural_and_what_it_is_unique_across(sentence: str, rule: Node | None) -> None:
    """A name that is unique across one day was taken for unique for ever, and "names must be unique" for nothing."""
    found = unique(agents(create=sentence))
    assert found == ([{"fields": ["handle"], **rule, "x-source": "inferred"}] if rule is not None else None)


def test_what_it_is_unique_within() -> None:
    assert unique(agents(create="The handle must be unique within the team.")) == [
        {"fields": ["handle"], "within": ["team_id"], "x-source": "inferred"}
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "The handle must be free in the district.",
        "Refused with 409 when another agent of the district has the handle already.",
        "No two agents with the same handle are in the same district.",
    ],
)
def test_a_member_that_says_within_what_is_not_unique_itself(sentence: str) -> None:
    assert unique(agents(create=sentence, district="")) == [
        {"fields": ["handle"], "within": ["district"], "x-source": "inferred"}
    ]


@pytest.mark.parametrize(
    "document",
    [
        agents("Unique handle of the agent.", conflict=""),
        agents(create="The handle must be unique among all agents.", conflict=""),
        agents("Need not be unique."),
        agents("The handle is not necessarily unique."),
        agents("A handle that is not guaranteed to be unique."),
        agents("Handles are a unique experience."),
        agents("The unique identifier of the agent."),
        agents("Amount that is taken off."),
        agents("Share that is taken from the fee."),
        agents("Day on which the sample was taken."),
        agents(create="The handle or the email address must be unique."),
        agents(create="Each request must be unique."),
        agents(create="The handle must be unique within the tenant."),
        agents(conflict="Conflict."),
        agents(conflict="The handle can't be changed now."),
        agents(conflict="An agent with this tier exists."),
    ],
)
def test_a_sentence_that_says_less(document: Node) -> None:
    assert unique(document) is None


@pytest.mark.parametrize(
    "sentence", ["Unique.", "Must be unique.", "Unique, also among former agents.", "Unique over all teams.", "unique"]
)
@pytest.mark.parametrize(("invalid", "sure"), [("422", True), ("400", False)])
def test_where_a_duplicate_is_refused_like_any_invalid_value(sentence: str, invalid: str, sure: bool) -> None:
    fact = fact_of(agents(sentence, conflict="", invalid=invalid, email_address=sentence))
    assert fact is not None
    assert fact.well_witnessed is sure


class Agents:
    """Keeps its document; `held` says what no two may have alike, `upsert` that a create may change what is there."""

    def __init__(self, *, held: bool, invalid: int = 400, taken: int = 409, upsert: bool = False) -> None:
        self.held = held
        self.invalid, self.taken, self.upsert = invalid, taken, upsert
        self.agents: dict[str, Node] = {}
        self.number = 0

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        key = path.removeprefix("/agents").strip("/")
        if method == "POST" and not key:
            known = {"handle", "email_address", "team_id", "tier"}
            texts = {name: sent[name] for name in known & sent.keys()} if isinstance(sent, dict) else {}
            if "handle" not in texts or not all(
                isinstance(each, str) and 0 < len(each) <= 60 for each in texts.values()
            ):
                return self.invalid, {}
            if texts.get("tier", "tin") not in {"tin", "gold"}:
                return self.invalid, {}
            same = next((each for each in self.agents.values() if each["handle"] == texts["handle"]), None)
            if same is not None and self.upsert:
                same.update(texts)
                return 201, same
            if self.held and same is not None:
                return self.taken, {}
            self.number += 1
            self.agents[f"a{self.number}"] = {"id": f"a{self.number}", **texts}
            return 201, self.agents[f"a{self.number}"]
        if method not in {"GET", "DELETE"} or not key:
            return 405, None
        if key not in self.agents:
            return 404, None
        return (200, self.agents[key]) if method == "GET" else (204, self.agents.pop(key) and None)


@pytest.mark.longer
@pytest.mark.parametrize("held", [True, False])
def test_it_is_held_to_the_server(tmp_path: Path, *, held: bool) -> None:
    record = judged(agents("Must be unique."), Agents(held=held), tmp_path)
    broken = {(level, clause) for level, clause, _ in found(record) if not clause.endswith("::allow-header")}
    assert broken == (set() if held else {("advisory", "addAgent::handle::duplicate-refused")})
    passed = {each.clause for each in record.conformance if each.passed}
    assert ("addAgent::handle::duplicate-refused" in passed) is held


@pytest.mark.longer
@pytest.mark.parametrize(
    ("invalid", "server", "outcome"),
    [
        ("400", Agents(held=True, taken=400), "passed"),
        ("422", Agents(held=True, invalid=422, taken=422), "passed"),
        ("422", Agents(held=False, invalid=422), "failed"),
        ("400", Agents(held=False), "silent"),  # one witness, and nothing confirmed it
        ("422", Agents(held=False, invalid=422, upsert=True), "silent"),
    ],
)
def test_what_documents_no_conflict_is_held_to_a_demand(
    tmp_path: Path, invalid: str, server: Agents, outcome: str
) -> None:
    record = judged(agents("Unique.", conflict="", invalid=invalid), server, tmp_path)
    clause = "addAgent::handle::duplicate-refused"
    broken = {each for _, each, _ in found(record) if not each.endswith("::allow-header")}
    assert broken == ({clause} if outcome == "failed" else set())
    assert (clause in {each.clause for each in record.conformance if each.passed}) is (outcome == "passed")


@pytest.mark.parametrize(
    "sentence",
    [
        "The combination of handle and tier must be unique.",
        "Handle and tier together must be unique.",
        "Handle, unique in combination with `tier`.",
        "No two agents with the same tier may share a handle.",
        "Doesn't have to be unique.",
        "A handle isn\N{RIGHT SINGLE QUOTATION MARK}t unique.",
        "Ideally unique.",
        "Usually a unique handle.",
        "Handles must be unique unless the agent is archived.",
        "If the handle is already taken, a number is appended.",
        "Shown beside the name if another agent has the same handle.",
        "If another agent with this handle exists, both are linked.",
        "Unique for each day.",
    ],
)
def test_what_may_come_again_in_another_combination_or_case_is_not_unique(sentence: str) -> None:
    """A pair that must be unique, advice, "doesn't have to", and what becomes of a taken name, were promises of one member."""
    assert unique(agents(member=sentence)) is None
    assert unique(agents(create=sentence)) is None


@pytest.mark.parametrize(
    ("sentence", "within"),
    [
        ("Must be unique within every team.", ["team_id"]),
        ("Must be unique in each team.", ["team_id"]),
        ("Every team has its own handles, which must be unique.", ["team_id"]),
        ("No two agents in the same team may have the same handle.", ["team_id"]),
        ("The handle must be unique across every team.", None),
        ("If the handle is already taken, the answer is 409.", None),
        ("Every agent must have a unique handle.", None),
    ],
)
def test_what_is_unique_within_every_owner_is_free_in_another_one(sentence: str, within: list[str] | None) -> None:
    """ "Within every team" was read as "everywhere"."""
    expected = {"fields": ["handle"], "x-source": "inferred", **({"within": within} if within else {})}
    assert unique(agents(member=sentence)) == [expected]


@pytest.mark.longer
@pytest.mark.parametrize(
    ("told", "is_found"),
    [
        ("The combination of name and size must be unique; 409 otherwise.", False),
        ("The name must be unique; 409 otherwise.", True),
    ],
)
def test_a_server_of_unique_pairs_takes_each_of_them_again(tmp_path: Path, told: str, *, is_found: bool) -> None:
    members: Node = {
        "name": {"type": "string", "minLength": 1, "maxLength": 60},
        "size": {"type": "string", "enum": ["S", "M"]},
    }
    document = shelf("shirt", members, ["name", "size"], texts={"post": told, "409": "Taken."})

    def taken(made: Node, _sent: Node) -> Answer | None:
        others = [each for each in server.things.values() if each["id"] != made["id"]]
        pairs = [(each["name"], each["size"]) for each in others]
        return (409, {"error": "taken"}) if (made["name"], made["size"]) in pairs else None

    server = Shelf(document, created=taken, patched=taken)
    clauses = {clause for _, clause, _ in found(judged(document, server, tmp_path))}
    assert any("refused" in clause or "duplicate" in clause for clause in clauses) is is_found


@pytest.mark.longer
@pytest.mark.parametrize(
    ("conflict", "is_found"),
    [("The shirt was changed meanwhile.", False), ("Another one has that name, or it was changed meanwhile.", True)],
)
def test_an_update_may_refuse_what_is_taken_otherwise_where_its_409_is_of_a_version(
    tmp_path: Path, conflict: str, *, is_found: bool
) -> None:
    """The 409 of an update is for what was changed meanwhile, and its 422 for what is taken: it was held to the 409 of the create."""
    members: Node = {each: {"type": "string", "minLength": 1, "maxLength": 60} for each in ("name", "note")}
    told = {"post": "The name must be unique.", "409": "The name is already taken."}
    document = shelf("shirt", members, ["name"], texts=told)
    document["paths"]["/shirts/{shirtId}"]["patch"]["responses"]["409"] = {"description": conflict}

    def refusing(status: int) -> Callable[[Node, Node], Answer | None]:
        def taken(made: Node, _sent: Node) -> Answer | None:
            names = [each["name"] for each in server.things.values() if each["id"] != made["id"]]
            return (status, {"error": "taken"}) if made["name"] in names else None

        return taken

    server = Shelf(document, created=refusing(409), patched=refusing(422))
    clauses = {clause for _, clause, _ in found(judged(document, server, tmp_path))}
    assert ("patchShirt::name::duplicate-status" in clauses) is is_found
