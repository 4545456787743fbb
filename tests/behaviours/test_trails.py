"""Things that are attached to others, and things found at a path of their own: each flaw is found, a right server left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.model.source import Level
from tests.behaviours.driving import Driven, drive
from tests.behaviours.trails_server import TRAILS, Answer, TrailsServer, trails

FLAWS = [
    ("attachments", "tags-unlisted", "attachTag::attached::attached-shown"),
    ("attachments", "tag-twice", "attachTag::attached::attached-once"),
    ("attachments", "tag-sticks", "detachTag::attached::detached-gone"),
    ("attachments", "deleted-tag-stays", "deleteTag::attached/attachTag::deleted-detached"),
    ("items-below", "comment-of-another", "createComment::below::names-its-owner"),
    ("items-below", "comment-uncounted", "createComment::below::counted-by-owner"),
    ("items-below", "deleted-comment-counted", "deleteComment::below::uncounted-when-deleted"),
    ("counts-below", "walk-uncounted", "addWalk::below::listed-and-counted"),
    ("counts-below", "deleted-walk-counted", "deleteWalk::below::deleted-and-uncounted"),
    ("keyed-requests", "key-ignored", "addWalk::header.Idempotency-Key::done-once"),
    ("keyed-requests", "answered-alike", "addWalk::header.Idempotency-Key::done-once"),
    ("keyed-requests", "counted-alike", "addWalk::header.Idempotency-Key::done-once"),
    ("keyed-requests", "key-of-any-body", "addWalk::header.Idempotency-Key::other-body-refused"),
    ("items-below", "comments-outlive", "deleteTrail::below/getComment::gone-with-owner"),
]


def driven(name: str, server: TrailsServer, contract: Contract | None = None) -> Driven:
    behaviour = next(each for each in BEHAVIOURS if each.name == name)
    return drive(contract or trails(), (behaviour,), server=server)


def changed(*pairs: tuple[str, str]) -> Contract:
    text = Path(TRAILS).read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return read_contract(Library().read(text.encode(), "trails.yaml"))


@pytest.mark.parametrize(("behaviour", "flaw", "clause"), FLAWS, ids=[flaw for _, flaw, _ in FLAWS])
def test_a_flaw_is_found(behaviour: str, flaw: str, clause: str) -> None:
    assert driven(behaviour, TrailsServer(flaw)).failed() == {clause}


@pytest.mark.parametrize("behaviour", sorted({each for each, _, _ in FLAWS}))
def test_a_right_server_is_left_alone(behaviour: str) -> None:
    found = driven(behaviour, TrailsServer())
    assert not found.failed()
    assert {clause for each, _, clause in FLAWS if each == behaviour} <= found.passed()


def test_what_stays_as_its_description_says_may_stay() -> None:
    """The sensors of a station that was deleted "stay readable", and were said to have been forgotten."""
    behaviour = next(each for each in BEHAVIOURS if each.name == "items-below")
    says = "Deletes the trail together with its tags. Its walks and comments stay readable."
    plain = changed(("Deletes the trail together with its comments.", says))
    gone = "deleteTrail::below/getComment::gone-with-owner"
    assert gone in {each.id for each in behaviour.clauses(trails())}
    assert gone not in {each.id for each in behaviour.clauses(plain)}


def test_no_clause_weighs_more_than_an_advisory() -> None:
    behaviours = [each for each in BEHAVIOURS if each.name in {name for name, _, _ in FLAWS}]
    clauses = [each for one in behaviours for each in one.clauses(trails())]
    assert {each.level for each in clauses if not each.inapplicable} == {Level.ADVISORY}


class _Keeps(TrailsServer):
    """Deletes no tag that a trail has, and refuses to attach one twice."""

    def delete_tag(self, id: int) -> Answer:  # noqa: A002 - the name of the document
        if any(id in each["tagIds"] for each in self.kinds["trails"].values()):
            return 409, {"error": "in use"}
        return super().delete_tag(id)

    def attach_tag(self, id: int, tagId: int) -> Answer:  # noqa: A002, N803 - as above
        if tagId in self.kinds["trails"][id]["tagIds"]:
            return 409, {"error": "attached"}
        return super().attach_tag(id, tagId)


class _Invites(TrailsServer):
    """Shows what is attached only once somebody has agreed, as invitations are."""

    def list_trail_tags(self, id: int) -> Answer:  # noqa: A002, ARG002 - as above
        return 200, []

    def get_trail(self, id: int) -> Answer:  # noqa: A002 - as above
        return 200, {**self.kinds["trails"][id], "tagIds": []}


def test_refusing_what_is_attached_already_or_in_use_is_right() -> None:
    found = driven("attachments", _Keeps())
    assert not found.failed()
    assert "detachTag::attached::detached-gone" in found.passed()


def test_what_waits_for_an_answer_need_not_be_shown() -> None:
    """Where members have a status, what was attached may be listed only when it was accepted."""
    shown, kept = (
        'type: array, items: {$ref: "#/components/schemas/Tag"}',
        "type: array, items: {properties: {tagId: {}, n: {}}}",
    )
    contract = changed((shown, kept))
    assert not driven("attachments", TrailsServer("deleted-tag-stays"), contract).failed()


def test_a_member_alone_may_keep_the_id_of_what_is_deleted() -> None:
    contract = changed(("get: {operationId: listTrailTags", "head: {operationId: listTrailTags"))
    found = driven("attachments", TrailsServer("deleted-tag-stays"), contract)
    assert not found.failed()
    assert "attachTag::attached::attached-shown" in found.passed()


@pytest.mark.parametrize(
    "sentence",
    [
        "Deletes the trail.",
        "Deletes the trail; its comments are kept.",
        "A trail can't be deleted together with its comments.",
        "Deletes the trail. Its comments are no longer listed.",
        "If the comments are not found, it was deleted before.",
        "Deletes the trail. Its comments are not deleted.",
        "Deletes the trail; for new comments it is no longer available.",
        "Once gone, comments show its name, but it is not found.",
        "Deletes the trail and its tags from all comments.",
    ],
)
def test_what_has_a_path_of_its_own_goes_with_its_owner_only_where_a_sentence_says_so(sentence: str) -> None:
    contract = changed(("Deletes the trail together with its comments.", f'"{sentence}"'))
    found = driven("items-below", TrailsServer("comments-outlive"), contract)
    assert not found.failed()
    assert "deleteComment::below::uncounted-when-deleted" in found.passed()


@pytest.mark.parametrize(
    "sentence",
    [
        "Deletes the trail. Its comments go with it.",
        "Until it is restored, the trail and its comments are not found.",
        "Deletes the trail. Its comments are deleted too.",
        "Deletes the trail and all of its comments from the map.",
        "The comments of the trail are deleted along with it.",
        "Deletes the trail with all comments.",
        "Deletes the trail and every comment.",
    ],
)
def test_sentences_say_in_other_words_that_it_goes_with_its_owner(sentence: str) -> None:
    contract = changed(("Deletes the trail together with its comments.", f'"{sentence}"'))
    found = driven("items-below", TrailsServer("comments-outlive"), contract)
    assert found.failed() == {"deleteTrail::below/getComment::gone-with-owner"}


@pytest.mark.parametrize(
    "gate", ["approved: {type: boolean}", "is_spam: {type: boolean}", "confirmed_at: {type: string}"]
)
def test_what_may_be_hidden_for_a_while_need_not_be_counted(gate: str) -> None:
    contract = changed(("text: {type: string}}}", f"text: {{type: string}}, {gate}}}}}"))
    assert not driven("items-below", TrailsServer("comment-uncounted", "deleted-comment-counted"), contract).failed()


@pytest.mark.parametrize(
    ("said", "is_found"),
    [
        ("How many comments there are.", True),
        ("How many different people commented.", False),
        ("Comments that are answered.", False),
        ("Refreshed every night.", False),
        ("Comments ever written, deleted ones too.", False),
    ],
)
def test_a_count_is_held_to_what_its_description_says(said: str, *, is_found: bool) -> None:
    """A count of authors, of a state or of last night was held to move with each comment."""
    plain = "commentCount: {type: integer}"
    contract = changed((plain, f'commentCount: {{type: integer, description: "{said}"}}'))
    assert bool(driven("items-below", TrailsServer("comment-uncounted"), contract).failed()) is is_found


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("An Idempotency-Key makes it safe to retry; the same key with another walk is a conflict.", {"done-once", "other-body-refused"}),
        ("Send the same key for a retry; use another key for anything else, or get a 409.", {"done-once"}),
        ("Adds a walk.", set()),
    ],
)  # fmt: skip
def test_only_a_key_that_is_explained_is_held_to_it(said: str, kinds: set[str]) -> None:
    first = "A request that repeats an Idempotency-Key with the same walk gets the first answer again; with a different walk it is refused (409)."
    contract = changed((first, said))
    behaviour = next(each for each in BEHAVIOURS if each.name == "keyed-requests")
    assert {each.kind for each in behaviour.clauses(contract) if not each.inapplicable} == kinds


FIRST = "A request that repeats an Idempotency-Key with the same walk gets the first answer again; with a different walk it is refused (409)."


@pytest.mark.parametrize(
    ("told", "kinds"),
    [
        ("## Retries\n\nAn `Idempotency-Key` is for retries.\nThe same key with another body is refused.", {"done-once", "other-body-refused"}),
        ("Any POST may carry an `Idempotency-Key`, for retries.\n\nThe same key with another body is refused.", {"done-once"}),
        ("An `Idempotency-Key` is written to the log.\n\nLists can be read again with the same filter.", set()),
    ],
)  # fmt: skip
def test_the_description_of_the_whole_api_explains_the_key(told: str, kinds: set[str]) -> None:
    """What was said once for all operations was not heard of any."""
    contract = changed(
        (FIRST, "Adds a walk."),
        (
            'info: {title: Trails, version: "1"}',
            f'info: {{title: Trails, version: "1", description: {json.dumps(told)}}}',
        ),
    )
    behaviour = next(each for each in BEHAVIOURS if each.name == "keyed-requests")
    assert {each.kind for each in behaviour.clauses(contract) if not each.inapplicable} == kinds
    clauses = {f"addWalk::header.Idempotency-Key::{each}" for each in kinds}
    assert driven("keyed-requests", TrailsServer(), contract).passed() == clauses
    assert driven("keyed-requests", TrailsServer("answered-alike"), contract).failed() == {
        each for each in clauses if "done-once" in each
    }


class _Counting(TrailsServer):
    """Shows what a repeated request may move: how many requests there were, and how often a trail was read."""

    asked = 0

    def get_trail(self, id: int) -> Answer:  # noqa: A002 - as in the document
        self.asked += 1
        return 200, {**self.kinds["trails"][id], "requestCount": len(self.seen), "reads": self.asked}

    def add_walk(self, body: Answer, id: int) -> Answer:  # type: ignore[override]  # noqa: A002 - as in the document
        self.seen.append(self.key)
        return super().add_walk(body, id)  # type: ignore[arg-type]

    def __init__(self, *flaws: str) -> None:
        super().__init__(*flaws)
        self.seen: list[str] = []


def test_numbers_of_requests_may_move_with_each() -> None:
    found = driven("keyed-requests", _Counting())
    assert not found.failed()
    assert "addWalk::header.Idempotency-Key::done-once" in found.passed()


class _Refusing(TrailsServer):
    """Refuses a key that it has seen, and says nothing of an answer that comes again."""

    def add_walk(self, body: Answer, id: int) -> Answer:  # type: ignore[override]  # noqa: A002 - as in the document
        return (409, {"error": "seen"}) if self.key in self.keys else super().add_walk(body, id)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said",
    [
        "An Idempotency-Key guards a walk against duplicates.",
        "A request that repeats an Idempotency-Key makes no second walk.",
        "With an Idempotency-Key a walk is made only once; a repeated one is answered 409.",
    ],
)
def test_a_key_may_be_refused_where_no_answer_is_promised_again(said: str) -> None:
    first = "A request that repeats an Idempotency-Key with the same walk gets the first answer again; with a different walk it is refused (409)."
    silent = changed((first, said))
    assert not driven("keyed-requests", _Refusing(), silent).failed()
    assert driven("keyed-requests", _Refusing()).failed() == {"addWalk::header.Idempotency-Key::done-once"}


class _Owned(TrailsServer):
    """Answers with the trail that a walk was added to."""

    def add_walk(self, body: Answer, id: int) -> Answer:  # type: ignore[override]  # noqa: A002 - as in the document
        status, made = super().add_walk(body, id)  # type: ignore[arg-type]
        return (status, {**made, "id": id}) if status == 201 else (status, made)


class _Rigid(TrailsServer):
    """Takes one body only, whatever the key."""

    taken: Answer | None = None

    def add_walk(self, body: Answer, id: int) -> Answer:  # type: ignore[override]  # noqa: A002 - as in the document
        self.taken = self.taken or body
        return super().add_walk(body, id) if body == self.taken else (422, {"error": "invalid"})  # type: ignore[arg-type]


def test_what_could_not_have_failed_has_not_passed() -> None:
    """The id of the owner tells of no walk, and a body that is refused with any key tells of none."""
    assert (
        driven("keyed-requests", _Owned("key-ignored"))
        .passed()
        .isdisjoint({"addWalk::header.Idempotency-Key::done-once"})
    )
    found = driven("keyed-requests", _Rigid("key-of-any-body"))
    assert found.passed() == {"addWalk::header.Idempotency-Key::done-once"}
    assert not found.failed()


class _Quiet(TrailsServer):
    """Shows no walk in its list before somebody looked at it."""

    def list_walks(self, id: int) -> Answer:  # noqa: A002, ARG002 - as in the document
        return 200, []


def test_what_is_not_listed_need_not_be_counted() -> None:
    assert not driven("counts-below", _Quiet("walk-uncounted")).failed()
