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
