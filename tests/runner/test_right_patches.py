"""Right servers whose PATCH changes more than it names: either of two, what follows from a choice, a version."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.runner.right_servers import Answer, Node, found, judged
from tests.runner.shelves import Shelf, shelf

KEPT: Final = "patchThing::Thing::unnamed-kept"
TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 60}
NUMBER: Final = {"type": "integer", "minimum": 1, "maximum": 100}
FLAG: Final = {"type": "boolean"}
COUNTRY: Final = {"type": "string", "enum": ["FR", "DE", "IT"]}
STAGE: Final = {"type": "string", "enum": ["new", "doing", "finished"]}


def finds(folder: Path, members: Node, patched: Callable[[Node, Node], Answer | None]) -> bool:
    document = shelf("thing", {"name": TEXT, **members}, ["name"])
    run = judged(document, Shelf(document, patched=patched), folder)
    return any(clause == KEPT for _, clause, _ in found(run))


def either(thing: Node, sent: Node) -> Answer | None:
    """Take a discount of one kind in place of the other, and never both."""
    if "percent_off" in sent and "amount_off" in sent:
        return 422, {"error": "either percent_off or amount_off"}
    for one, other in (("percent_off", "amount_off"), ("amount_off", "percent_off")):
        if one in sent:
            thing.pop(other, None)
    return None


def loses_the_other(thing: Node, sent: Node) -> Answer | None:
    """Lose one of the two, though both are taken together."""
    if "percent_off" in sent and "amount_off" not in sent:
        thing.pop("amount_off", None)
    return None


def finishes(thing: Node, sent: Node) -> Answer | None:
    """Let what is done be in the last stage, and all of it."""
    if "done" in sent:
        thing.update(stage="finished" if sent["done"] else "doing", progress=100 if sent["done"] else 50)
    elif "stage" in sent:
        thing.update(done=sent["stage"] == "finished", progress={"new": 1, "doing": 50, "finished": 100}[sent["stage"]])
    elif "progress" in sent:
        thing.update(done=sent["progress"] == 100, stage="finished" if sent["progress"] == 100 else "doing")
    return None


def moves_away(thing: Node, sent: Node) -> Answer | None:
    """Forget the region of the former country."""
    if "country" in sent and "region" not in sent:
        thing.pop("region", None)
    return None


def forgets_the_region(thing: Node, sent: Node) -> Answer | None:
    if "region" not in sent:
        thing.pop("region", None)
    return None


def raises_the_version(thing: Node, _sent: Node) -> Answer | None:
    thing["version"] = thing.get("version", 0) + 1
    return None


def resets_the_flag(thing: Node, sent: Node) -> Answer | None:
    if "done" not in sent:
        thing["done"] = False
    return None


@pytest.mark.longer
@pytest.mark.parametrize(
    ("members", "patched", "is_found"),
    [
        ({"percent_off": NUMBER, "amount_off": NUMBER}, either, False),
        ({"percent_off": NUMBER, "amount_off": NUMBER}, loses_the_other, True),
        ({"done": FLAG, "stage": STAGE, "progress": NUMBER}, finishes, False),
        ({"done": FLAG, "note": TEXT}, resets_the_flag, True),
        ({"country": COUNTRY, "region": TEXT, "note": TEXT}, moves_away, False),
        ({"country": COUNTRY, "region": TEXT, "note": TEXT}, forgets_the_region, True),
        ({"note": TEXT, "version": NUMBER}, raises_the_version, False),
    ],
)
def test_what_follows_from_what_an_update_names_may_change(
    tmp_path: Path, members: Node, patched: Callable[[Node, Node], Answer | None], *, is_found: bool
) -> None:
    """Another discount, the stage of what is done and a version were called lost."""
    assert finds(tmp_path, members, patched) is is_found


STATUS: Final = {"type": "string", "enum": ["draft", "shown", "hidden"]}


def loses(lost: str, *, beside: str = "", shown: str = "") -> Callable[[Node, Node], Answer | None]:
    """Lose a member where `beside` is named without it; with `shown`, only where it gets another value than before."""

    def patched(thing: Node, sent: Node) -> Answer | None:
        if (beside in sent if beside else not sent) and lost not in sent and (not shown or sent[beside] == shown):
            thing.pop(lost, None)
        return None

    return patched


def refuses_nothing(_thing: Node, sent: Node) -> Answer | None:
    return None if sent else (422, {"error": "nothing to change"})


def has_either(thing: Node, sent: Node) -> Answer | None:
    """Know a note only of what is hidden."""
    if "status" in sent and sent["status"] != "hidden" and sent.get("notes"):
        return 422, {"error": "notes are for what is hidden"}
    if thing.get("status") != "hidden":
        thing.pop("notes", None)
    return None


@pytest.mark.longer
@pytest.mark.parametrize(
    ("members", "patched", "is_found"),
    [
        ({"status": STATUS, "notes": TEXT}, loses("notes", beside="status"), True),
        ({"status": STATUS, "tags": {"type": "array", "items": TEXT}}, loses("tags", beside="status"), True),
        ({"status": STATUS, "notes": TEXT}, loses("notes", beside="status", shown="hidden"), True),
        ({"type": STATUS, "notes": TEXT}, loses("notes", beside="type"), True),
        ({"active": FLAG, "notes": TEXT}, loses("notes", beside="active"), True),
        ({"status": STATUS, "status_reason": TEXT}, loses("status_reason", beside="status"), False),
        ({"status": STATUS, "excuse": TEXT}, loses("excuse", beside="status", shown="shown"), False),
        ({"status": STATUS, "shown_name": TEXT}, loses("shown_name", beside="status", shown="hidden"), False),
        ({"status": STATUS, "weight": NUMBER}, loses("weight", beside="status"), False),
        ({"status": STATUS, "notes": TEXT}, has_either, False),
        ({"notes": TEXT, "weight": NUMBER}, loses("notes"), True),
        ({"notes": TEXT, "weight": NUMBER}, refuses_nothing, False),
    ],
)
def test_a_choice_alone_or_nothing_at_all_loses_no_text(
    tmp_path: Path, members: Node, patched: Callable[[Node, Node], Answer | None], *, is_found: bool
) -> None:
    """A PATCH of `status` alone set `notes` to null, and nobody had asked: what may lead to more was never named alone."""
    assert finds(tmp_path, members, patched) is is_found


@pytest.mark.longer
@pytest.mark.parametrize("told", ["", "Only a hidden one has notes.", "Leaving `hidden` clears the notes."])
def test_what_a_sentence_says_of_a_choice_and_a_text_together_is_no_loss(tmp_path: Path, told: str) -> None:
    document = shelf("thing", {"name": TEXT, "status": STATUS, "notes": TEXT}, ["name"], texts={"patch": told})
    run = judged(document, Shelf(document, patched=loses("notes", beside="status", shown="shown")), tmp_path)
    assert any(clause == KEPT for _, clause, _ in found(run)) is not bool(told)


@pytest.mark.longer
@pytest.mark.parametrize(
    ("method", "told", "is_found"),
    [
        ("PATCH", "Only the members that are sent are changed.", True),
        ("PATCH", "Only the members that are sent are changed; a changed status resets the weight.", False),
        ("PUT", "Members that are left out stay as they are.", True),
        ("PUT", "Members that are left out stay as they are, except the weight.", False),
        ("PUT", "Left out, the `weight` is kept.", False),
        ("PUT", "Replaces the thing.", False),
    ],
)
def test_an_update_keeps_all_that_it_says_it_keeps(tmp_path: Path, method: str, told: str, *, is_found: bool) -> None:
    """A PUT that says that it keeps what it leaves out was not held to it, nor a number beside a choice."""
    members: dict[str, Node] = {"name": TEXT, "status": STATUS, "weight": NUMBER}
    document = shelf("thing", members, ["name"], methods=[method], texts={method.lower(): told})

    def put(thing: Node, sent: Node) -> Answer | None:
        before = thing.pop("")
        thing.update({**before, **sent} if "status" not in sent else sent)
        return None

    run = judged(document, Shelf(document, patched=loses("weight", beside="status"), put=put), tmp_path)
    assert any(clause.endswith("unnamed-kept") for _, clause, _ in found(run)) is is_found
