"""Right servers whose lists show texts in part, change what a bound is about, or lose something while they are looked at."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from tests.runner.right_servers import Answer, Node, found, judged
from tests.runner.shelves import Shelf, shelf

TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 60}
LONG: Final = {"type": "string", "minLength": 1, "maxLength": 500}
QUERY: Final = {
    "name": "q",
    "in": "query",
    "description": "A text that the title or the body must contain, case ignored.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 100},
}
SEEN: Final = {
    "name": "seenTo",
    "in": "query",
    "description": "Highest number of views, inclusive.",
    "schema": {"type": "integer", "minimum": 0},
}


class Lists(Shelf):
    """Answers a list as a function says."""

    def __init__(
        self, document: Node, things: list[Node], answer: Callable[[list[Node], dict[str, str]], Answer]
    ) -> None:
        super().__init__(document, things=things)
        self.answer = answer

    def listed(self, query: dict[str, str]) -> Answer:
        return self.answer([*self.things.values()], query)


def cut(text: str) -> str:
    return f"{text[:40]}..." if len(text) > 40 else text


def masked(text: str) -> str:
    name, sign, host = text.partition("@")
    return f"{name[0]}***@{host}" if sign and name else text


@pytest.mark.longer
@pytest.mark.parametrize(
    ("body", "shown", "flawed"),
    [
        ("A very long story about the sea and its ships, of which number {} is the last one.", cut, False),
        ("someone.{}@example.org", masked, False),
        ("A story, number {}.", str, False),
        ("A story, number {}.", str, True),
    ],
)
def test_a_text_that_a_list_shows_in_part_is_searched_and_read_as_a_whole(
    tmp_path: Path, body: str, shown: Callable[[str], str], *, flawed: bool
) -> None:
    """A list that cuts texts off was called unlike the read, and its search wrong."""
    document = shelf("post", {"title": TEXT, "body": LONG}, ["title", "body"], methods=[], query=[QUERY])
    things: list[Node] = [
        {"id": each, "title": f"Post {chr(64 + each)}", "body": body.format(each)} for each in range(1, 9)
    ]

    def answer(posts: list[Node], query: dict[str, str]) -> Answer:
        text = query.get("q", "x").casefold()
        if not 1 <= len(text) <= 100:
            return 422, {"error": "q"}
        places = ("title",) if flawed else ("title", "body")
        kept = [each for each in posts if "q" not in query or any(text in each[name].casefold() for name in places)]
        return 200, [{**each, "body": shown(each["body"])} for each in kept]

    clauses = {clause for _, clause, _ in found(judged(document, Lists(document, things, answer), tmp_path))}
    wrong = {each for each in clauses if "query.q::" in each or each.endswith("agrees-with-read")}
    assert bool(wrong) is flawed


@pytest.mark.longer
@pytest.mark.parametrize("flawed", [False, True])
def test_what_grows_beyond_a_bound_while_it_is_looked_at_is_no_finding(tmp_path: Path, *, flawed: bool) -> None:
    """Each look at a list counts as a view of what it shows first."""
    document = shelf(
        "film",
        {"title": TEXT, "views": {"type": "integer", "minimum": 0}},
        ["title", "views"],
        methods=[],
        query=[SEEN],
    )
    looks = count(1)
    things: list[Node] = [{"id": each, "title": f"Film {each}", "views": each} for each in range(1, 31)]

    def answer(films: list[Node], query: dict[str, str]) -> Answer:
        text = query.get("seenTo", "1000000")
        if not (text.isascii() and text.isdecimal()):
            return 422, {"error": "seenTo"}
        most = int(text) - flawed * ("seenTo" in query)
        kept = [{**each} for each in films if each["views"] <= most]
        for each in films if not flawed and next(looks) else ():
            each["views"] += each["id"] % 7
        return 200, kept

    clauses = {clause for _, clause, _ in found(judged(document, Lists(document, things, answer), tmp_path))}
    assert any("query.seenTo::" in each for each in clauses) is flawed
