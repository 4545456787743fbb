"""An update to what another thing has is refused, by PUT and by PATCH, and one to its own present value is served."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import route
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.inference.unsaid import is_unsaid
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import Driven, drive

Node = dict[str, Any]
UNIQUE = "The code must be unique, otherwise 409."
ANY_CASE = "The code must be unique without regard to case, otherwise 409."
EXACT = "The code must be unique, otherwise 409; `ab-1` and `AB-1` are different codes."


def stamps(
    sentence: str, *, code: Node | None = None, updates: tuple[str, ...] = ("patch", "put"), **more: Node
) -> Node:
    """Stamps with a code of their own and a note, which both updates may change."""
    text: Node = {"type": "string", "minLength": 1, "maxLength": 60}
    members = {"code": code or text, "note": text, **more}
    sent: Node = {"type": "object", "required": ["code"], "properties": members}
    shown: Node = {**sent, "properties": {"id": {"type": "string", "readOnly": True}, **members}}
    one = {"description": "one", "content": {"application/json": {"schema": shown}}}
    refused = {each: {"description": "refused"} for each in ("400", "404", "409")}
    key = {"name": "stampId", "in": "path", "required": True, "schema": {"type": "string"}}

    def writes(name: str, schema: Node, said: str) -> Node:
        body = {"required": True, "content": {"application/json": {"schema": schema}}}
        status = "201" if name == "post" else "200"
        return {
            "operationId": f"{name}Stamp",
            "description": said,
            "requestBody": body,
            "responses": {status: one, **refused},
        }

    part = {"type": "object", "properties": members}
    changes = {
        name: writes(name, part if name == "patch" else sent, "The rule of the code is that of creation.")
        for name in updates
    }
    item = {
        "parameters": [key],
        "get": {"operationId": "getStamp", "responses": {"200": one, "404": {"description": "none"}}},
        "delete": {
            "operationId": "dropStamp",
            "responses": {"204": {"description": "gone"}, "404": {"description": "none"}},
        },
        **changes,
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "stamps", "version": "1"},
        "paths": {"/stamps": {"post": writes("post", sent, sentence)}, "/stamps/{stampId}": item},
    }


class Stamps:
    """Keeps the document of stamps; `quirks` say in what it is wrong, or right in a way of its own."""

    def __init__(self, contract: Contract, *quirks: str, any_case: bool = False) -> None:
        self.contract, self.quirks, self.any_case = contract, quirks, any_case
        self.stamps: dict[str, Node] = {}
        self.made = 0

    def handle(self, request: Request) -> Response:
        operation, found, _ = route(self.contract, request.method, request.target)
        if operation is None:
            return self.answer(404)
        key = str(found.get("stampId", ""))
        if request.method in {"GET", "DELETE"}:
            stamp = self.stamps.get(key)
            if request.method == "DELETE" and stamp is not None:
                del self.stamps[key]
                return self.answer(204)
            return self.answer(200 if stamp else 404, stamp)
        try:
            sent = json.loads(request.body)
        except ValueError:
            return self.answer(400)
        media = operation.body.json if operation.body else None
        if media is None or media.schema is None or not media.schema.is_valid(sent):
            return self.answer(400)
        if request.method == "POST":
            return self.create(sent)
        return self.update(request.method.lower(), key, sent) if key in self.stamps else self.answer(404)

    def create(self, sent: Node) -> Response:
        sent = self.tidied(sent)
        if "post is used up" in self.quirks and self.made:
            return self.answer(400)
        if self.is_taken(sent, "", "post"):
            return self.answer(400 if "post answers 400" in self.quirks else 409)
        self.made += 1
        key = f"s{self.made}"
        self.stamps[key] = {"id": key, **sent}
        return self.answer(201, self.stamps[key])

    def update(self, method: str, key: str, sent: Node) -> Response:
        stamp, sent = self.stamps[key], self.tidied(sent)
        if "codes stay" in self.quirks:
            sent = {name: value for name, value in sent.items() if name != "code"}
        if "codes are refused" in self.quirks and "code" in sent and sent["code"] != stamp["code"]:
            return self.answer(400)
        if "codes are never sent" in self.quirks and "code" in sent:
            return self.answer(409)
        if "no change is refused" in self.quirks and all(stamp.get(name) == value for name, value in sent.items()):
            return self.answer(409)
        if f"own code is refused by {method}" in self.quirks and sent.get("code") == stamp["code"]:
            return self.answer(409)
        if "the code moves" in self.quirks and "code" in sent:
            for each in self.stamps.values():
                if each is not stamp and each["code"] == sent["code"]:
                    each["code"] = f"{each['code']}-former"
        elif self.is_taken(sent, key, method):
            return self.answer(400 if f"{method} answers 400" in self.quirks else 409)
        kept = {} if method == "put" else stamp
        self.stamps[key] = {**kept, "id": key, "code": stamp["code"], **sent}
        return self.answer(204 if "nothing is shown" in self.quirks else 200, self.stamps[key])

    def tidied(self, sent: Node) -> Node:
        """What is kept of a body: with its code in small letters and without blanks around it, where it is so."""
        if "codes are lowered" in self.quirks and "code" in sent:
            return {**sent, "code": sent["code"].strip().lower()}
        if "hosts are lowered" in self.quirks and "code" in sent:
            name, at_sign, host = sent["code"].partition("@")
            return {**sent, "code": f"{name}{at_sign}{host.lower()}"}
        return sent

    def is_taken(self, sent: Node, own: str, method: str) -> bool:
        """Whether another stamp has the code; a server may forget to look, or look at the letters as they are."""
        if f"{method} takes what is taken" in self.quirks or "code" not in sent:
            return False
        others = [each for key, each in self.stamps.items() if key != own]
        minds_case = not self.any_case or f"{method} minds case" in self.quirks

        def folded(value: str) -> str:
            return value if minds_case else value.casefold()

        if f"{method} ignores case" in self.quirks:
            return sent["code"].casefold() in [each["code"].casefold() for each in others]
        return folded(sent["code"]) in [folded(each["code"]) for each in others] or (
            "numbers are unique too" in self.quirks
            and "number" in sent
            and sent["number"] in [each.get("number") for each in others]
        )

    def answer(self, status: int, body: Any = None) -> Response:
        text = json.dumps(body).encode() if body and status != 204 else b""
        return Response(status=status, headers=(("Content-Type", "application/json"),), body=text)


def driven(sentence: str, *quirks: str, document: Node | None = None, **said: Any) -> Driven:
    [behaviour] = [each for each in BEHAVIOURS if each.name == "uniqueness"]
    text = json.dumps(document or stamps(sentence, **said)).encode()
    contract = with_guesses(read_contract(Library().read(text, "stamps.json")))
    server: Any = Stamps(contract, *quirks, any_case=sentence == ANY_CASE)
    only = {each.id for each in behaviour.clauses(contract) if not is_unsaid(contract, each)}
    return drive(contract, (behaviour,), server=server, only=only)


@pytest.mark.parametrize(
    ("sentence", "quirk", "clause"),
    [
        (UNIQUE, "patch takes what is taken", "patchStamp::code::duplicate-refused"),
        (UNIQUE, "put takes what is taken", "putStamp::code::duplicate-refused"),
        (UNIQUE, "own code is refused by patch", "patchStamp::code::own-value-accepted"),
        (UNIQUE, "own code is refused by put", "putStamp::code::own-value-accepted"),
        (UNIQUE, "post answers 400", "postStamp::code::duplicate-status"),
        (UNIQUE, "patch answers 400", "patchStamp::code::duplicate-status"),
        (UNIQUE, "put answers 400", "putStamp::code::duplicate-status"),
        (ANY_CASE, "patch minds case", "patchStamp::code::other-case-refused"),
        (ANY_CASE, "put minds case", "putStamp::code::other-case-refused"),
        (ANY_CASE, "post minds case", "postStamp::code::other-case-refused"),
        (EXACT, "patch ignores case", "patchStamp::code::other-case-accepted"),
        (EXACT, "put ignores case", "putStamp::code::other-case-accepted"),
        (EXACT, "post ignores case", "postStamp::code::other-case-accepted"),
    ],
)
@pytest.mark.parametrize("other_updates", [True, False])
def test_a_server_that_is_wrong_is_found(sentence: str, quirk: str, clause: str, *, other_updates: bool) -> None:
    """Only the create was looked at, and one update as it stood: a PUT beside a PATCH was never tried, nor another case."""
    method = clause[: clause.index("Stamp")]
    updates = ("patch", "put") if other_updates or method == "post" else (method,)
    assert driven(sentence, quirk, updates=updates).failed() == {clause}
    assert clause in driven(sentence, updates=updates).passed()


@pytest.mark.parametrize("sentence", [UNIQUE, ANY_CASE, EXACT])
@pytest.mark.parametrize(
    "quirk",
    [
        "",
        "codes stay",
        "codes are refused",
        "codes are never sent",
        "no change is refused",
        "the code moves",
        "nothing is shown",
        "post is used up",
    ],
)
def test_a_server_that_is_right_in_its_own_way_is_left_alone(sentence: str, quirk: str) -> None:
    """An update that was served although it left the code as it was, or took it from the other one, was called a duplicate."""
    assert driven(sentence, quirk).failed() == set()


@pytest.mark.parametrize("quirks", [("codes are lowered",), ("codes are lowered", "put minds case")])
def test_a_server_that_keeps_small_letters_is_left_alone(quirks: tuple[str, ...]) -> None:
    assert driven(ANY_CASE, *quirks).failed() == set()


@pytest.mark.parametrize("quirk", ["post ignores case", "patch ignores case", "put ignores case"])
def test_without_a_sentence_a_server_may_mind_case_or_not(quirk: str) -> None:
    assert driven(UNIQUE, quirk).failed() == set()
    assert not any("case" in each for each in driven(UNIQUE).passed())


@pytest.mark.parametrize("quirk", ["", "post minds case"])
def test_a_pattern_that_takes_capitals_alone_leaves_no_other_case(quirk: str) -> None:
    capitals = {"type": "string", "pattern": "^[A-Z]{3}-[A-Z]{4,12}$"}
    found = driven(ANY_CASE, quirk, code=capitals)
    assert found.failed() == set()
    assert "postStamp::code::other-case-refused" not in found.passed()
    assert "patchStamp::code::duplicate-refused" in found.passed()


def test_a_code_that_ends_with_a_number_has_another_case_too() -> None:
    """Only the last part was changed, and `KB-1001` ends with digits."""
    numbered = {"type": "string", "pattern": "^[A-Za-z]{2}-[0-9]{4,6}$", "example": "KB-1001"}
    clause = "postStamp::code::other-case-refused"
    assert driven(ANY_CASE, "post minds case", code=numbered).failed() == {clause}
    assert clause in driven(ANY_CASE, code=numbered).passed()


def test_a_code_with_one_letter_has_one_other_case() -> None:
    """What a create had made in the other case was there already when an update tried the same."""
    single = {"type": "string", "pattern": "^[A-Za-z]-[0-9]{4,6}$", "example": "K-1001"}
    assert driven(EXACT, code=single).failed() == set()
    assert driven(ANY_CASE, "put minds case", code=single).failed() == {"putStamp::code::other-case-refused"}


@pytest.mark.parametrize(("quirk", "finds"), [("", False), ("hosts are lowered", False), ("put ignores case", True)])
def test_of_an_address_what_stands_before_the_at_sign_has_a_case(quirk: str, *, finds: bool) -> None:
    """Only the host was written in capitals, which makes no other address."""
    address = {"type": "string", "format": "email", "maxLength": 60}
    found = driven(EXACT, quirk, code=address)
    assert found.failed() == ({"putStamp::code::other-case-accepted"} if finds else set())
    assert "patchStamp::code::other-case-accepted" in found.passed()


def test_of_a_url_nobody_knows_which_part_has_a_case() -> None:
    url = {"type": "string", "format": "uri", "maxLength": 90}
    found = driven(EXACT, code=url)
    assert "patchStamp::code::duplicate-refused" in found.passed()
    assert not any("other-case" in each for each in found.passed())


def test_what_only_one_of_several_schemas_has_is_sent_in_another_case_too() -> None:
    """A create that takes one of two schemas was never sent in another case."""
    document = stamps(ANY_CASE, colour={"type": "string", "maxLength": 40})
    body = document["paths"]["/stamps"]["post"]["requestBody"]["content"]["application/json"]
    plain = body["schema"]
    coloured = {**plain, "required": ["code", "colour"]}
    body["schema"] = {"oneOf": [coloured, {**plain, "properties": {**plain["properties"], "colour": False}}]}
    clause = "postStamp::code::other-case-refused"
    assert driven(ANY_CASE, document=document).passed() >= {clause}
    assert driven(ANY_CASE, "post minds case", document=document).failed() == {clause}


def test_another_member_that_is_unique_too_is_no_reason() -> None:
    """A variant was refused for the number that came along with it, and its case was taken for minded."""
    number = {"type": "string", "minLength": 1, "maxLength": 40}
    found = driven(EXACT, "numbers are unique too", number=number)
    assert found.failed() == set()
    assert driven(ANY_CASE, "numbers are unique too", "put minds case", number=number).failed() == {
        "putStamp::code::other-case-refused"
    }
