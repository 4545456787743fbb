"""Right servers whose PUT leaves a member as it was: one of a sub-resource, one that is written once, one with a default."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.runner.right_servers import Answer, Node, found, judged
from tests.runner.shelves import Shelf, shelf

TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 60}
CODE: Final = {"type": "string", "pattern": "^[A-Z]{3}$"}
TAGS: Final = {"type": "array", "items": {"type": "string", "maxLength": 20}, "maxItems": 10}
NUMBER: Final = {"type": "integer", "minimum": 1, "maximum": 100}
MEMBER: Final[Node] = {"weight": NUMBER, "currency": CODE, "locale": TEXT, "tags": TAGS}


class Boards(Shelf):
    """Some members are kept by a PUT that leaves them out, or by every PUT; `tags` have a path of their own."""

    def __init__(self, document: Node, kept: frozenset[str], once: frozenset[str], defaults: Node) -> None:
        own = {**document, "paths": dict([*document["paths"].items()][:2])}
        super().__init__(own, put=self.replaced, created=self.filled)
        self.kept, self.once, self.defaults = kept, once, defaults

    def filled(self, thing: Node, _sent: Node) -> None:
        thing.update({name: value for name, value in self.defaults.items() if name not in thing})

    def replaced(self, thing: Node, sent: Node) -> Answer | None:
        before = thing[""]
        if any(name in sent and sent[name] != before.get(name) for name in self.once):
            return 422, {"error": "is not to be changed"}
        thing.update({name: before[name] for name in (*self.kept, *self.once) if name in before and name not in sent})
        self.filled(thing, sent)
        return None

    def __call__(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: Any) -> Answer:
        if not path.endswith("/tags"):
            return super().__call__(method, path, query, headers, body)
        thing = self.things.get(path.split("/")[2])
        if thing is None or method != "PUT" or not isinstance(body, list):
            return (404 if thing is None else 405 if method != "PUT" else 422), {"error": "refused"}
        thing["tags"] = body
        return 204, None


def finds(folder: Path, name: str, server: Any, *, said: str = "", apart: bool = False) -> bool:
    document = shelf(
        "board",
        {"name": TEXT, name: {**MEMBER[name], **({"description": said} if said else {})}},
        ["name"],
        methods=["PUT"],
    )
    if apart:
        item = document["paths"]["/boards/{boardId}"]
        body = {"required": True, "content": {"application/json": {"schema": TAGS}}}
        refused = {each: {"description": "refused"} for each in ("404", "422")}
        answers = {"204": {"description": "put"}, **refused}
        put = {"operationId": "putTags", "requestBody": body, "responses": answers}
        document["paths"]["/boards/{boardId}/tags"] = {"parameters": item["parameters"], "put": put}
    return any(
        clause == "putBoard::put::put-replaces" for _, clause, _ in found(judged(document, server(document), folder))
    )


@pytest.mark.longer
@pytest.mark.parametrize(
    ("name", "ways", "said", "is_found"),
    [
        ("weight", (set(), {"weight": 2}), "", False),
        ("weight", ({"kept"}, {}), "", True),
        ("currency", ({"once"}, {"currency": "EUR"}), "", False),
        ("locale", ({"kept"}, {}), "", True),
        ("locale", ({"kept"}, {}), "If omitted, the current value is kept.", False),
        ("locale", ({"kept"}, {}), "Cannot be changed.", False),
        ("tags", ({"kept"}, {}), "", True),
    ],
)
def test_what_a_put_leaves_out_may_be_there_for_another_reason(
    tmp_path: Path, name: str, ways: tuple[set[str], Node], said: str, *, is_found: bool
) -> None:
    words, defaults = ways

    def server(document: Node) -> Boards:
        return Boards(
            document,
            frozenset({name} if "kept" in words else ()),
            frozenset({name} if "once" in words else ()),
            defaults,
        )

    assert finds(tmp_path, name, server, said=said) is is_found


@pytest.mark.longer
def test_what_has_a_write_of_its_own_may_be_left_alone_by_a_put(tmp_path: Path) -> None:
    def server(document: Node) -> Boards:
        return Boards(document, frozenset({"tags"}), frozenset(), {})

    assert not finds(tmp_path, "tags", server, apart=True)


@pytest.mark.longer
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_version_moves_with_each_update(tmp_path: Path, method: str) -> None:
    """A version that a body may name was held to be set for good, and a PUT that raised it not to be idempotent."""
    version = {"type": "integer", "minimum": 1, "description": "The current one, if it is given."}
    document = shelf("page", {"title": TEXT, "text": TEXT, "version": version}, ["title"], methods=[method])
    versions: dict[int, int] = {}

    def raised(thing: Node, _sent: Node) -> Answer | None:
        versions[thing["id"]] = thing["version"] = versions.get(thing["id"], 0) + 1
        return None

    server = Shelf(document, created=raised, put=raised, patched=raised)
    clauses = {clause for _, clause, _ in found(judged(document, server, tmp_path))}
    assert not {each for each in clauses if each.endswith(("immutable", "idempotent", "unnamed-kept"))}
