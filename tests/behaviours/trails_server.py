"""A server of trails, their tags and comments, which can be given flaws; its document is `trails.yaml`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import route
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response

TRAILS: Final = str(Path(__file__).with_name("trails.yaml"))
Thing = dict[str, Any]
Answer = tuple[int, Any]
UNKNOWN: Final[Answer] = (404, {"error": "unknown"})


def trails() -> Contract:
    """The document of the server."""
    return read_contract(Library().read(Path(TRAILS).read_bytes(), "trails.yaml"))


class TrailsServer:
    """What tests drive instead of the mock: `handle` answers one request. A flaw is a word, such as `tag-twice`."""

    def __init__(self, *flaws: str) -> None:
        self.flaws = frozenset(flaws)
        self.contract = trails()
        self.kinds: dict[str, dict[int, Thing]] = {"trails": {}, "tags": {}, "comments": {}, "walks": {}}
        self.keys: dict[str, tuple[Thing, Thing]] = {}
        """By idempotency key what was sent with it, and what was made."""
        self.last = 40

    def bad(self, flaw: str) -> bool:
        return flaw in self.flaws

    def handle(self, request: Request) -> Response:
        """Answer one request: what breaks its schema is 422, what isn't there 404."""
        operation, found, _ = route(self.contract, request.method, request.target.partition("?")[0])
        if operation is None:
            return _answer(404, {"error": "unknown"})
        try:
            given = {name: int(str(value)) for name, value in found.items()}
            body = json.loads(request.body) if request.body else None
        except ValueError:
            return _answer(422, {"error": "invalid"})
        media = operation.body.json if operation.body else None
        if media is not None and media.schema is not None and not media.schema.is_valid(body):
            return _answer(422, {"error": "invalid"})
        first = operation.path.split("/")[1]
        if "id" in given and given["id"] not in self.kinds[first]:
            return _answer(*UNKNOWN)
        if "tagId" in given and given["tagId"] not in self.kinds["tags"]:
            return _answer(*UNKNOWN)
        self.key = next((value for name, value in request.headers if name.lower() == "idempotency-key"), "")
        serve: Callable[..., Answer] = getattr(self, _snake(operation.id))
        return _answer(*(serve(body, **given) if media is not None else serve(**given)))

    def _make(self, kind: str, thing: Thing) -> Thing:
        self.last += 1
        return self.kinds[kind].setdefault(self.last, {"id": self.last, **thing})

    # Trails

    def create_trail(self, body: Thing) -> Answer:
        return 201, self._make("trails", {**body, "tagIds": [], "commentCount": 0, "walkCount": 0})

    def get_trail(self, id: int) -> Answer:  # noqa: A002 - the name of the document
        return 200, self.kinds["trails"][id]

    def delete_trail(self, id: int) -> Answer:  # noqa: A002 - as above
        del self.kinds["trails"][id]
        if not self.bad("comments-outlive"):
            kept = {key: each for key, each in self.kinds["comments"].items() if each["trailId"] != id}
            self.kinds["comments"] = kept
        return 204, None

    # Tags

    def create_tag(self, body: Thing) -> Answer:
        return 201, self._make("tags", body)

    def get_tag(self, id: int) -> Answer:  # noqa: A002 - as above
        return 200, self.kinds["tags"][id]

    def delete_tag(self, id: int) -> Answer:  # noqa: A002 - as above
        del self.kinds["tags"][id]
        for trail in self.kinds["trails"].values():
            if not self.bad("deleted-tag-stays"):
                trail["tagIds"] = [each for each in trail["tagIds"] if each != id]
        return 204, None

    def list_trail_tags(self, id: int) -> Answer:  # noqa: A002 - as above
        tags = self.kinds["tags"]
        if self.bad("tags-unlisted"):
            return 200, []
        return 200, [tags[each] for each in self.kinds["trails"][id]["tagIds"] if each in tags]

    def attach_tag(self, id: int, tagId: int) -> Answer:  # noqa: A002, N803 - as above
        tags = self.kinds["trails"][id]["tagIds"]
        if tagId not in tags or self.bad("tag-twice"):
            tags.append(tagId)
        return 204, None

    def add_tag(self, body: Thing, id: int) -> Answer:  # noqa: A002 - as above
        return self.attach_tag(id, body["tagId"]) if body["tagId"] in self.kinds["tags"] else UNKNOWN

    def detach_tag(self, id: int, tagId: int) -> Answer:  # noqa: A002, N803 - as above
        tags = self.kinds["trails"][id]["tagIds"]
        if tagId not in tags:
            return UNKNOWN
        if not self.bad("tag-sticks"):
            self.kinds["trails"][id]["tagIds"] = [each for each in tags if each != tagId]
        return 204, None

    # Walks

    def list_walks(self, id: int) -> Answer:  # noqa: A002 - as above
        walks = [each for each in self.kinds["walks"].values() if each["trail"] == id]
        return 200, [{name: value for name, value in each.items() if name != "trail"} for each in walks]

    def add_walk(self, body: Thing, id: int) -> Answer:  # noqa: A002 - as above
        sent, made = self.keys.get(self.key, (None, None)) if not self.bad("key-ignored") else (None, None)
        if sent is not None and sent != body and not self.bad("key-of-any-body"):
            return 409, {"error": "another walk had this key"}
        if made is not None and self.bad("answered-alike"):
            self._make("walks", {"trail": id, **body})
        elif made is not None and self.bad("counted-alike"):
            self.kinds["trails"][id]["walkCount"] += 1
        if made is None:
            made = self._make("walks", {"trail": id, **body})
            self.kinds["trails"][id]["walkCount"] += 0 if self.bad("walk-uncounted") else 1
            self.keys |= {self.key: (body, made)} if self.key else {}
        return 201, {name: value for name, value in made.items() if name != "trail"}

    def delete_walk(self, id: int) -> Answer:  # noqa: A002 - as above
        gone = self.kinds["walks"].pop(id)
        if gone["trail"] in self.kinds["trails"] and not self.bad("deleted-walk-counted"):
            self.kinds["trails"][gone["trail"]]["walkCount"] -= 1
        return 204, None

    # Comments

    def list_comments(self, id: int) -> Answer:  # noqa: A002 - as above
        return 200, [each for each in self.kinds["comments"].values() if each["trailId"] == id]

    def create_comment(self, body: Thing, id: int) -> Answer:  # noqa: A002 - as above
        self.kinds["trails"][id]["commentCount"] += 0 if self.bad("comment-uncounted") else 1
        owner = 1 if self.bad("comment-of-another") else id
        made = self._make("comments", {"trailId": id, **body})
        return 201, {**made, "trailId": owner}

    def get_comment(self, id: int) -> Answer:  # noqa: A002 - as above
        return 200, self.kinds["comments"][id]

    def delete_comment(self, id: int) -> Answer:  # noqa: A002 - as above
        gone = self.kinds["comments"].pop(id)
        if gone["trailId"] in self.kinds["trails"] and not self.bad("deleted-comment-counted"):
            self.kinds["trails"][gone["trailId"]]["commentCount"] -= 1
        return 204, None


def _snake(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name)


def _answer(status: int, body: Any) -> Response:
    if body is None:
        return Response(status=status, headers=(), body=b"")
    return Response(status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(body).encode())
