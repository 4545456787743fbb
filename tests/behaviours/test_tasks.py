"""Behaviours of single things on a plain document: each flaw of a server is found, and a right one is left alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.behaviours.kit.resource_operations import request_body, resource_operations
from contract_suite.behaviours.resources.updates.nulls import nullable
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.model.source import Level
from tests.behaviours.driving import Driven, drive
from tests.behaviours.keyed_server import PARAMETER, Keyed
from tests.behaviours.tasks_server import TASKS, TasksServer, tasks

OF_PATHS = (
    "items-below",
    "put-replaces",
    "restorations",
    "action-values",
    "singletons",
    "action-answers",
    "refused-deletes",
    "sums-below",
    "update-masks",
    "said-limits",
)
OF_KINDS = ("creation", "updates", "flags", "immutability")
TASKS_TEXT = Path(TASKS).read_text("utf-8")
FLAWS = [
    ("items-below", "task-of-any", "getTask::below::not-found-elsewhere"),
    ("items-below", "write-of-any", "putTask::below::not-changed-elsewhere"),
    ("items-below", "write-of-any", "deleteTask::below::not-changed-elsewhere"),
    ("items-below", "first-owner", "createTask::below::names-its-owner"),
    ("items-below", "count-stays", "createTask::below::counted-by-owner"),
    ("items-below", "tasks-outlive", "deleteProject::below/getTask::gone-with-owner"),
    ("refused-deletes", "seats-go-along", "deleteTeam::owned/createSeat::occupied-kept"),
    ("refused-deletes", "refused-and-gone", "deleteTeam::owned/createSeat::occupied-kept"),
    ("sums-below", "seat-cost-stays", "deleteSeat::below::removed-and-subtracted"),
    ("said-limits", "vote-twice", "createVote::request::only-once"),
    ("said-limits", "shares-alone", "createShare::body/quota::sum-limited"),
    ("said-limits", "full-at-once-alone", "createShare::body/quota::parts-as-whole"),
    ("action-sums", "resize-clamps", "resizeTeam::body/by::action-adds"),
    ("action-sums", "resize-refuses-late", "resizeTeam::body/by::action-adds"),
    ("restorations", "restore-nothing", "restoreProject::restore::restored"),
    ("restorations", "restore-loses-tags", "restoreProject::restore::restored-whole"),
    ("restorations", "restore-resets-priority", "restoreProject::restore::restored-whole"),
    ("action-answers", "close-not-stored", "closeTask::answer::action-answer-read"),
    ("action-values", "assign-not-stored", "assignTask::body/assignee::action-value-stored"),
    ("singletons", "settings-not-stored", "putSettings::body::written-read-back"),
    ("singletons", "language-stays", "putSettings::body::written-read-back"),
    ("singletons", "theme-changes-size", "putSettings::body::others-stay"),
    ("action-values", "reason-not-stored", "cancelTask::body/reason::action-value-stored"),
    ("update-masks", "mask-ignored", "patchProject::mask::mask-limits"),
    ("update-masks", "mask-keeps", "patchProject::mask::mask-clears"),
    ("update-masks", "mask-merges", "patchProject::mask::mask-replaces-maps"),
    ("updates", "patch-merges-meta", "patchProject::Project/meta::map-replaced"),
    ("updates", "null-kept", "patchProject::Project::null-clears"),
    ("put-replaces", "put-keeps-labels", "putTask::put::put-replaces"),
    ("updates", "patch-clears-tags", "patchProject::Project::unnamed-kept"),
    ("put-replaces", "put-keeps-due", "putTask::put::put-replaces"),
    ("updates", "patch-resets-priority", "patchProject::Project::unnamed-kept"),
    ("creation", "create-keeps-three-tags", "createProject::Project::values-read-back"),
    ("creation", "create-keeps-one-of-a-map", "createProject::Project::values-read-back"),
    ("updates", "patch-keeps-one-of-a-map", "patchProject::Project::update-read-back"),
    ("immutability", "patch-creates-again", "patchProject::created_at::immutable"),
    ("updates", "patch-resets-public", "patchProject::Project::unnamed-kept"),
]


@cache
def document(*, inferred: bool) -> Contract:
    return with_guesses(tasks()) if inferred else tasks()


def driven(name: str, *flaws: str, **options: Any) -> Driven:
    behaviour = next(each for each in BEHAVIOURS if each.name == name)
    options = {"destructive": name == "singletons", **options}
    return drive(document(inferred=name in OF_KINDS), (behaviour,), server=TasksServer(*flaws), **options)


@pytest.mark.parametrize(("behaviour", "flaw", "clause"), FLAWS, ids=[f"{flaw}-{clause}" for _, flaw, clause in FLAWS])
def test_a_flaw_is_found(behaviour: str, flaw: str, clause: str) -> None:
    assert clause in driven(behaviour, flaw).failed()


@pytest.mark.parametrize("behaviour", [*OF_PATHS, *OF_KINDS])
def test_a_right_server_is_left_alone(behaviour: str) -> None:
    found = driven(behaviour)
    assert not found.failed()
    assert {clause for each, _, clause in FLAWS if each == behaviour} <= found.passed()


def test_what_follows_from_a_named_member_is_no_finding() -> None:
    """A server that makes one text of another was blamed for changing what the update didn't name."""
    assert not driven("updates", "name-makes-description").failed()


def test_null_for_what_a_thing_always_has_may_mean_that_it_is_not_sent() -> None:
    """Right servers with `name: str | None = None` in an update were blamed for keeping the name."""
    optional = (
        Path(TASKS)
        .read_text("utf-8")
        .replace(
            "ProjectPatch: {type: object, additionalProperties: false, properties: {name: {type: string,",
            "ProjectPatch: {type: object, additionalProperties: false, properties: {name: {type: string, nullable: true,",
        )
    )
    contract = with_guesses(read_contract(Library().read(optional.encode(), "tasks.yaml")))
    (project,) = (each for each in resource_operations(contract) if each.name == "Project")
    body = request_body(project.update)
    assert body is not None
    assert "null" in body.member("name").types()
    assert set(nullable(project)) == {"description"}


@pytest.mark.longer
def test_what_the_run_did_not_make_stays_as_it_was() -> None:
    server = TasksServer()
    seeded = {key: dict(each) for key, each in server.projects.items()}
    for name in OF_PATHS:
        behaviour = next(each for each in BEHAVIOURS if each.name == name)
        drive(document(inferred=False), (behaviour,), server=server)
    assert {key: server.projects.get(key) for key in seeded} == seeded


def test_what_there_is_one_of_is_as_it_was_afterwards() -> None:
    server = TasksServer()
    before = (dict(server.settings), dict(server.profile))
    (behaviour,) = (each for each in BEHAVIOURS if each.name == "singletons")
    careful = drive(document(inferred=False), (behaviour,), server=server)
    assert not careful.passed(), "it was changed in a run that may not"
    found = drive(document(inferred=False), (behaviour,), server=server, destructive=True)
    assert "patchProfile::body::written-read-back" in found.passed()
    assert (server.settings, server.profile) == before


def test_no_clause_of_a_plain_document_weighs_more_than_an_advisory() -> None:
    behaviours = [each for each in BEHAVIOURS if each.name in {*OF_PATHS, *OF_KINDS}]
    clauses = [each for one in behaviours for each in one.clauses(document(inferred=True))]
    assert {each.level for each in clauses if not each.inapplicable} == {Level.ADVISORY}


SAID = [
    ("409 while it still has seats.", True),
    ("A team can't be deleted as long as there are seats in it, used or not.", True),
    ("Only an empty team can be deleted.", True),
    ("The team must be empty, else 409.", True),
    ("Refused if the team has paid seats.", False),  # nothing tells how a seat is paid
    ("409 while it still has members.", False),
    ("Its seats are deleted with it.", False),
    ("", False),
]


@pytest.mark.parametrize(("sentence", "told"), SAID)
def test_a_sentence_says_that_a_delete_is_refused(sentence: str, told: bool) -> None:
    text = TASKS_TEXT.replace("The team still has seats.", "no").replace(
        "deleteTeam,", f'deleteTeam, description: "{sentence}",'
    )
    contract = read_contract(Library().read(text.encode(), "tasks.yaml"))
    behaviour = next(each for each in BEHAVIOURS if each.name == "refused-deletes")
    [clause] = behaviour.clauses(contract)
    assert bool(clause.inapplicable) is not told


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("A project can be voted for only once, a second vote is a 409.", {"only-once"}),
        ("One vote for each project. A second attempt fails.", {"only-once"}),
        ("The project must not be under a vote.", {"only-once"}),
        ("Fails if the project is already reserved.", {"only-once"}),
        ("Fails if the project is already sold out.", set()),
        ("Fails if the project is already reserved, unless it is large.", set()),
        ("A mail is sent only once.", set()),
        ("Processed only once: a retry is answered with the first answer, not with 409.", set()),
        ("Votes for a project. Fails with 409 if it is closed.", set()),
        ("All votes together may not exceed the quota.", set()),  # no number is sent
    ],
)
def test_a_sentence_says_that_something_is_done_once(sentence: str, kinds: set[str]) -> None:
    text = TASKS_TEXT.replace("A project can be voted for only once, a second vote is a 409.", sentence)
    read = read_contract(Library().read(text.encode(), "tasks.yaml"))
    [behaviour] = [each for each in BEHAVIOURS if each.name == "said-limits"]
    assert {each.kind for each in behaviour.clauses(read) if each.operation == "createVote"} == kinds


def _reasons(task: str, new: str) -> Contract:
    """The tasks with other members in what is shown and in what a create takes."""
    text = TASKS_TEXT.replace(
        ", cancellation: {type: object, nullable: true, properties: {reason: {type: string}}}", task
    )
    taken = text.index("NewTask:")
    text = text[:taken] + text[taken:].replace("urgent: {type: boolean}", "urgent: {type: boolean}" + new, 1)
    return read_contract(Library().read(text.encode(), "tasks.yaml"))


@pytest.mark.parametrize(
    ("task", "new", "told"),
    [
        (", cancellationReason: {type: string}, reason: {type: string}", ", reason: {type: string}", True),
        (", reason: {type: string}", "", True),
        (", reason: {type: string}", ", reason: {type: string}", False),  # why the task is there
    ],
)
def test_a_reason_that_a_create_takes_is_none_of_an_action(task: str, new: str, told: bool) -> None:
    [behaviour] = [each for each in BEHAVIOURS if each.name == "action-values"]
    found = {each.operation: each for each in behaviour.clauses(_reasons(task, new))}
    assert ("cancelTask" in found) is told


def test_a_reason_is_read_where_it_is_called_after_the_action() -> None:
    """`reason` was taken for why something is cancelled, beside a `cancellationReason`."""
    shown = (
        ", reason: {type: string}, cancellation: {type: object, nullable: true, properties: {reason: {type: string}}}"
    )
    [behaviour] = [each for each in BEHAVIOURS if each.name == "action-values"]
    contract = _reasons(shown, ", reason: {type: string}")
    clause = "cancelTask::body/reason::action-value-stored"
    assert clause in drive(contract, (behaviour,), server=TasksServer()).passed()
    assert clause in drive(contract, (behaviour,), server=TasksServer("reason-not-stored")).failed()


def test_shares_without_a_limit_of_their_own_are_left_alone() -> None:
    """More than there is may be taken, so that the sentence means something else."""
    driven_by = driven("said-limits", "shares-unlimited")
    assert not driven_by.failed()
    assert "createShare::body/quota::sum-limited" not in driven_by.passed()


@pytest.mark.parametrize("flaw", ["", "shares-alone"])
def test_shares_that_need_an_idempotency_key_are_asked_for_with_new_ones(flaw: str) -> None:
    text = TASKS_TEXT.replace("operationId: createShare,", f"operationId: createShare, parameters: [{PARAMETER}],")
    contract = read_contract(Library().read(text.encode(), "tasks.yaml"))
    [behaviour] = [each for each in BEHAVIOURS if each.name == "said-limits"]
    found = drive(contract, (behaviour,), server=Keyed(TasksServer(flaw), "/shares"))
    assert "createShare::body/quota::sum-limited" in (found.failed() if flaw else found.passed())
    assert flaw or not found.failed()


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("More than what remains of the quota is refused (409).", True),
        ("A share above the unpaid quota fails with 409.", True),
        ("More than what remains of the quota is kept for later.", False),
        ("A share of more than ten members is refused (409).", False),
    ],
)
def test_a_sentence_says_that_no_more_than_what_remains_can_be_taken(sentence: str, told: bool) -> None:
    """Of a thing that is too small to be taken in parts, a larger one is made."""
    text = TASKS_TEXT.replace("All shares of a team together may not exceed its quota (409).", sentence)
    named = 'name: {type: string, minLength: 1, maxLength: 80}}}}}}, responses: {"201": &team'
    assert named in text
    contract = read_contract(
        Library().read(text.replace(named, f"quota: {{type: integer, minimum: 1}}, {named}").encode(), "tasks.yaml")
    )
    [behaviour] = [each for each in BEHAVIOURS if each.name == "said-limits"]
    for flaw, outcome in (("", "passed"), ("shares-alone", "failed")):
        found = getattr(drive(contract, (behaviour,), server=TasksServer(flaw)), outcome)()
        assert ("createShare::body/quota::sum-limited" in found) is told


def test_an_action_that_adds_otherwise_than_was_understood_is_left_alone() -> None:
    found = driven("action-sums", "resize-in-pairs")
    assert not found.failed()
    assert not found.passed()


ADDED = [
    ("Adds `by` to the size.", True),
    ("Increases the size by by.", True),
    ("Changes the team's size by the given amount.", False),
    ("Adds the seats of another team.", False),
    ("Adds by to the size and takes the rest from another team.", True),
    ("Adds by to the budget.", False),
]


@pytest.mark.parametrize(("sentence", "told"), ADDED)
def test_a_sentence_says_what_is_added_to_what(sentence: str, told: bool) -> None:
    contract = read_contract(
        Library().read(TASKS_TEXT.replace("Adds `by` to the size.", sentence).encode(), "tasks.yaml")
    )
    behaviour = next(each for each in BEHAVIOURS if each.name == "action-sums")
    [clause] = behaviour.clauses(contract)
    assert bool(clause.inapplicable) is not told


def test_where_too_much_may_be_cut_short_only_a_little_is_added() -> None:
    text = TASKS_TEXT.replace(
        "Refused where it would be below 0 or above 40.", "The size is never below 0 or above 40."
    )
    contract = read_contract(Library().read(text.encode(), "tasks.yaml"))
    behaviour = next(each for each in BEHAVIOURS if each.name == "action-sums")
    found = drive(contract, (behaviour,), server=TasksServer("resize-clamps"))
    assert not found.failed()
    assert found.passed() == {"resizeTeam::body/by::action-adds"}


@pytest.mark.parametrize(("sentence", "held"), [("Comes back as it was.", True), ("Comes back.", False)])
def test_a_state_may_be_another_one_after_a_restore_unless_all_is_said_to_come_back(sentence: str, held: bool) -> None:
    text = TASKS_TEXT.replace("restoreProject,", f"restoreProject, description: {sentence},").replace(
        "priority", "state"
    )

    class Server(TasksServer):
        def restore_project(self, project: str) -> tuple[int, Any]:
            self.bin[project]["state"] = "low"
            return super().restore_project(project)

    server = Server()
    server.contract = contract = read_contract(Library().read(text.encode(), "tasks.yaml"))
    behaviour = next(each for each in BEHAVIOURS if each.name == "restorations")
    assert bool(drive(contract, (behaviour,), server=server).failed()) is held


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("The given keys are set, other keys keep their values.", {"map-merged"}),
        ("Labels are merged with those that are there.", {"map-merged"}),
        ("Existing keys that are left out are removed.", {"map-replaced"}),
        ("Other keys are not kept unless they are sent.", set()),
        ("Key-value pairs.", set()),
    ],
)
def test_a_sentence_says_what_becomes_of_the_other_keys_of_a_map(sentence: str, kinds: set[str]) -> None:
    text = TASKS_TEXT.replace("Replaces the whole map.", f"'{sentence}'")
    contract = with_guesses(read_contract(Library().read(text.encode(), "tasks.yaml")))
    [updates] = [each for each in BEHAVIOURS if each.name == "updates"]
    assert {each.kind for each in updates.clauses(contract) if each.kind.startswith("map-")} == kinds
