"""The service: users, channels, messages and events, below `/chat`."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from servicekit.fields import Field, json_body, peek, query
from servicekit.wire import (
    ASGIApp,
    Clock,
    Json,
    Refusal,
    Request,
    Response,
    Service,
    chosen,
    now,
    render,
    serve,
    stamp,
    turned,
)

from chat.defects import DEFECTS
from chat.variants import VARIANTS

ROLES = ("member", "guest", "admin")
STATES = ("active", "removed", "all")
CHALLENGE = {"WWW-Authenticate": 'Cookie realm="chat"'}
TYPES = ("message.posted", "message.edited", "message.deleted", "user.created", "user.changed")
STATUS = {"text": Field("text", True, high=100), "emoji": Field("text", high=10)}
TEXT = Field("text", True, low=1, high=2000)
BODIES: dict[str, dict[str, Field]] = {
    "login": {"name": Field("text", True), "password": Field("text", True)},
    "users.create": {
        "name": Field("text", True, pattern=r"^[a-z][a-z0-9_]{1,20}\Z"),
        "display": Field("text", True, low=1, high=60),
        "password": Field("text", True, low=8, high=200),
        "role": Field("text", choices=ROLES),
    },
    "users.update": {
        "user": Field("text", True),
        "display": Field("text", low=1, high=60),
        "role": Field("text", choices=ROLES),
        "status": Field("object", nullable=True, members=STATUS, closed=True),
    },
    "users.remove": {"user": Field("text", True)},
    "channels.create": {
        "name": Field("text", True, pattern=r"^[a-z0-9-]{1,30}\Z"),
        "topic": Field("text", high=200),
    },
    "messages.post": {
        "channel": Field("text", True),
        "text": TEXT,
        "reply_to": Field("text", nullable=True),
        "client_id": Field("text", low=1, high=50),
    },
    "messages.edit": {"message": Field("text", True), "text": TEXT},
    "messages.delete": {"message": Field("text", True)},
}

# What a defect makes of a member of the service's bodies.
USER_CHANGES: dict[str, Callable[[Json], Any]] = {
    "user-id-number": lambda it: it.update(id=int(it["id"][1:])),
    "password-sent": lambda it: it.update({"password": "********"}),
    "role-number": lambda it: it.update(role=ROLES.index(it["role"])),
    "active-as-text": lambda it: it.update(active=str(it["active"]).lower()),
    "status-empty-text": lambda it: it.update(status=it["status"] or ""),
    "status-without-text": lambda it: it["status"].pop("text") if it["status"] else None,
    "created-seconds": lambda it: it.update(created=1893456000),
    "last-seen-never": lambda it: it.update(last_seen=it["last_seen"] or "never"),
    "display-left-out": lambda it: it.pop("display"),
}
MESSAGE_CHANGES: dict[str, Callable[[Json], Any]] = {
    "message-id-number": lambda it: it.update(id=int(it["id"][1:])),
    "author-as-object": lambda it: it.update(author={"id": it["author"]}),
    "posted-without-zone": lambda it: it.update(posted=it["posted"][:-1]),
    "edited-false": lambda it: it.update(edited=it["edited"] or False),
    "reply-count-null": lambda it: it.update(reply_count=it["reply_count"] or None),
    "reply-to-left-out": lambda it: it.pop("reply_to") if it["reply_to"] is None else None,
    "text-as-lines": lambda it: it.update(text=it["text"].split("\n")) if "\n" in it["text"] else None,
    "inner-replies-null": lambda it: it.update(replies=None) if it.get("replies") == [] and it["reply_to"] else None,
}
# Which bounds of the fields a defect forgets or narrows.
LAX: dict[str, tuple[str, str, Field]] = {
    "any-user-name-taken": ("users.create", "name", Field("text", True)),
    "short-password-taken": ("users.create", "password", Field("text", True, high=200)),
    "any-role-taken": ("users.create", "role", Field("text")),
    "display-optional": ("users.create", "display", Field("text", low=1, high=60)),
    "unknown-status-member-taken": ("users.update", "status", Field("object", nullable=True, members=STATUS)),
    "null-status-refused": ("users.update", "status", Field("object", members=STATUS, closed=True)),
    "any-channel-name-taken": ("channels.create", "name", Field("text", True)),
    "long-topic-taken": ("channels.create", "topic", Field("text")),
    "empty-text-posted": ("messages.post", "text", Field("text", True, high=2000)),
    "number-as-text-posted": ("messages.post", "text", Field("any", True)),
    "long-text-edited": ("messages.edit", "text", Field("text", True, low=1)),
    "null-reply-to-refused": ("messages.post", "reply_to", Field("text")),
}


class Chat(Service):
    """The state of the service and its operations."""

    DEFECTS = DEFECTS
    VARIANTS = VARIANTS
    BASE = "/chat"

    def __init__(self, defects: frozenset[str], variant: str, clock: Clock) -> None:
        """Start from the seed."""
        super().__init__(defects, variant, clock)
        self.bodies = {call: dict(members) for call, members in BODIES.items()}
        for name, (call, member, wanted) in LAX.items():
            if self.bad(name):
                self.bodies[call][member] = wanted
        self.begin = self.clock()
        self.down = False
        self.requests = 0
        self.recent: list[datetime] = []
        self.ended: set[str] = set()
        self.sessions: dict[str, str] = {}
        self.seed()
        calls: dict[str, tuple[str, Callable[..., Response]]] = {
            "/login": ("POST", self.login),
            "/logout": ("POST", self.logout),
            "/me": ("GET", self.me),
            "/users.create": ("POST", self.create_user),
            "/users.list": ("GET", self.list_users),
            "/users.info": ("GET", self.user_info),
            "/users.update": ("POST", self.update_user),
            "/users.remove": ("POST", self.remove_user),
            "/channels.create": ("POST", self.create_channel),
            "/channels.list": ("GET", self.list_channels),
            "/messages.post": ("POST", self.post_message),
            "/messages.list": ("GET", self.list_messages),
            "/messages.thread": ("GET", self.thread),
            "/messages.edit": ("POST", self.edit_message),
            "/messages.delete": ("POST", self.delete_message),
            "/messages": ("DELETE", self.purge),
            "/events": ("GET", self.stream),
            "/health": ("GET", self.health),
            "/admin/reset": ("POST", self.reset),
            "/shutdown": ("POST", self.shutdown),
            "/startup": ("POST", self.startup),
        }
        for path, (method, handler) in calls.items():
            self.add(method, path, handler)

    def seed(self) -> None:
        """Put in what is there from the start."""
        self.users: dict[str, Json] = {}
        self.passwords: dict[str, str] = {}
        self.channels: dict[str, Json] = {}
        self.messages: dict[str, Json] = {}
        self.client_ids: dict[tuple[str, str], str] = {}
        self.events: list[tuple[int, str, Json]] = []
        self.next = 100
        first = self.begin - timedelta(days=60)
        names = ("root", "mia", "ola", "zoe", "ian", "kim", "lea", "max", "noa", "pia", "rik", "sol")
        for number in range(36):
            name = names[number % 12] + ("", "_2", "_b")[number // 12]
            made = stamp(first + timedelta(days=number // 9))
            user = self.keep_user(
                name, name.capitalize(), ("member", "guest", "member")[number % 3], "secret-secret", made
            )
            user["last_seen"] = made if number % 2 else None
            user["active"] = number % 9 != 8
        self.users["U100"]["role"] = "admin"
        self.users["U102"]["status"] = {"text": "On leave", "emoji": "sun"}
        for name, topic in (("general", "All and everything"), ("dev", ""), ("attic", "Old things")):
            self.keep_channel(name, topic)
        general = next(iter(self.channels))
        for number in range(33):
            posted = stamp(first + timedelta(days=30, minutes=number // 3))
            self.keep_message(
                general, f"U10{number % 3}", f"Line {number} of {('news', 'Lunch')[number % 2]}", None, posted
            )
        top = next(iter(self.messages))
        for _ in range(3):
            top = self.keep_message(general, "U101", "Indeed", top, stamp(first + timedelta(days=31)))["id"]

    def number(self) -> int:
        """Return the next number of an id."""
        self.next += 1
        return self.next - 1

    def keep_user(self, name: str, display: str, role: str, password: str, created: str) -> Json:
        """Keep a new user and return it."""
        user: Json = {"id": f"U{self.number()}", "name": name, "display": display, "role": role, "active": True}
        user |= {"status": None, "created": created, "last_seen": None}
        self.users[user["id"]] = user
        self.passwords[user["id"]] = password
        return user

    def keep_channel(self, name: str, topic: str) -> Json:
        """Keep a new channel and return it."""
        channel = {"id": f"C{self.number()}", "name": name, "topic": topic}
        self.channels[channel["id"]] = channel
        return channel

    def keep_message(self, channel: str, author: str, text: str, reply_to: str | None, posted: str) -> Json:
        """Keep a new message and return it."""
        message: Json = {"id": f"M{self.number()}", "channel": channel, "author": author, "text": text}
        message |= {"posted": posted, "edited": None, "reply_to": reply_to}
        self.messages[message["id"]] = message
        return message

    def tell(self, what: str, data: Json) -> None:
        """Add an event to the stream."""
        self.events.append((len(self.events) + 1, what, data))

    # Requests and answers

    def refused(self, refusal: Refusal) -> Response:
        """Return the body of a failed call."""
        body: Json = {"ok": False, "error": refusal.code, "detail": refusal.message}
        if self.variant == "details-in-fields" and refusal.details:
            body["fields"] = [where for where, _ in refusal.details]
        if self.bad("failure-ok-null"):
            body["ok"] = None
        if self.bad("failure-code-capital"):
            body["error"] = refusal.code.upper()
        if self.bad("failure-without-error"):
            del body["error"]
        if self.bad("failure-as-text"):
            return Response(refusal.status, None, {"Content-Type": "text/plain"}, refusal.message.encode())
        return Response(refusal.status, body)

    def fail(self, error: str) -> Response:
        """Return the answer of a well-formed call that didn't work."""
        if self.bad("failures-404") and error.endswith("_not_found"):
            raise Refusal(404, error)
        if self.bad("failures-201"):
            return Response(201, {"ok": False, "error": error})
        body: Json = {"ok": False, "error": error}
        if self.bad("failure-ok-true"):
            body["ok"] = True
        return Response(200, body)

    def finish(self, request: Request, response: Response) -> Response:
        """Change an answer at last."""
        left_out = {
            "allow-left-out": "Allow",
            "retry-left-out": "Retry-After",
            "challenge-left-out": "WWW-Authenticate",
        }
        for name, header in left_out.items():
            if self.bad(name):
                response.headers.pop(header, None)
        if self.bad("cookie-left-out"):
            response.headers.pop("Set-Cookie", None)
        if self.bad("cookie-of-other-name") and "Set-Cookie" in response.headers:
            response.headers["Set-Cookie"] = response.headers["Set-Cookie"].replace("session=", "sid=")
        if self.variant == "members-reversed":
            response.payload = turned(response.payload)
        if self.variant == "extra-members" and isinstance(response.payload, dict):
            response.payload["took_ms"] = 1
        if self.variant == "chunked" and response.payload is not None:
            body = render(response.payload)
            response.headers.setdefault("Content-Type", "application/json")
            response.pieces = [body[:2], body[2:]]
        if request.method == "HEAD" and self.bad("head-405"):
            return Response(405, headers={"Allow": "GET"})
        return response

    def check_path(self, request: Request) -> None:
        """Refuse calls while the chat is down."""
        if not self.down or request.segments[-1] in ("startup", "health") or self.bad("down-serves"):
            return
        if request.method != "GET" or not self.bad("down-serves-reads"):
            raise Refusal(503, "down", "The chat is down.", {"Retry-After": "60"})

    def user(self, request: Request, admin: bool = False) -> Json:
        """Return the user of a session, or refuse."""
        session = request.cookies.get("session", "")
        if self.bad("users-listed-to-all") and request.segments[-1] == "users.list":
            return self.users["U101"]
        name = session.removesuffix("-session") if session.endswith("-session") else ""
        known = self.sessions.get(session) or next((key for key, one in self.users.items() if one["name"] == name), "")
        if self.bad("wrong-session-served") and session and not known:
            known = "U101"
        if (
            not known
            or known not in self.users
            or session in self.ended
            or (not self.users[known]["active"] and not self.bad("removed-user-stays-in"))
        ):
            raise Refusal(401, "not_logged_in", "Log in first.", CHALLENGE)
        lacks = admin and self.users[known]["role"] != "admin"
        lacks = lacks and not (self.bad("members-shut-down") and request.segments[-1] == "shutdown")
        if lacks and not (self.bad("members-purge") and request.method == "DELETE"):
            raise Refusal(401 if self.bad("forbidden-401") else 403, "not_allowed", "Administrators only.")
        return self.users[known]

    def body(self, request: Request, call: str) -> Json:
        """Return the body of a call."""
        if self.bad("broken-json-crash") and request.body.strip()[:1] != b"{":
            raise Refusal(500, "crash")
        if self.bad("null-member-crash") and call == "channels.create" and None in peek(request).values():
            raise Refusal(500, "crash")
        status = 422 if self.bad("invalid-200") else 400
        wanted = Field("object", members=self.bodies[call])
        if self.bad("text-plain-taken"):
            found: Json = json_body(request, wanted, ("application/json", "text/plain"), status=status)
            return found
        try:
            body: Json = json_body(request, wanted, status=status)
        except Refusal as refusal:
            if refusal.status == 422:
                raise Refusal(200, refusal.code, refusal.message) from None
            raise
        return body

    # Sessions

    def login(self, request: Request) -> Response:
        """Log in."""
        body = self.body(request, "login")
        for user in self.users.values():
            right = self.passwords[user["id"]] == body["password"] or self.bad("any-password-logs-in")
            if user["name"] == body["name"] and right and (user["active"] or self.bad("removed-user-logs-in")):
                session = self.new_id().replace("-", "")
                self.sessions[session] = user["id"]
                cookie = f"session={session}; Path=/chat; HttpOnly; SameSite=Lax"
                return Response(200, {"ok": True, "user": self.show_user(user)}, {"Set-Cookie": cookie})
        if self.bad("login-fails-with-200"):
            return Response(200, {"ok": False, "error": "wrong_password"})
        raise Refusal(401, "wrong_password", "Name or password is wrong.", CHALLENGE)

    def logout(self, request: Request) -> Response:
        """Log out."""
        self.user(request)
        if not self.bad("logout-forgotten"):
            self.ended.add(request.cookies["session"])
        if self.bad("logout-ends-all"):
            self.ended |= set(self.sessions)
        return Response(200, {"ok": True}) if self.bad("logout-200") else Response(204)

    def me(self, request: Request) -> Response:
        """Get the user who is logged in."""
        return Response(200, {"ok": True, "user": self.show_user(self.user(request))})

    # Users

    def show_user(self, user: Json) -> Json:
        """Return a user as it is sent."""
        shown: Json = json.loads(json.dumps(user))
        for name, change in USER_CHANGES.items():
            if self.bad(name):
                change(shown)
        return shown

    def create_user(self, request: Request) -> Response:
        """Create a user."""
        self.user(request, admin=True)
        body = self.body(request, "users.create")
        for other in self.users.values():
            free = not other["active"] and self.bad("removed-name-free")
            if other["name"] == body["name"] and not free and not self.bad("name-twice-taken"):
                return self.fail("name_taken")
        role = body.get("role", "guest" if self.bad("guest-by-default") else "member")
        user = self.keep_user(body["name"], body.get("display", 0), role, body["password"], self.time())
        if self.bad("display-lower-case"):
            user["display"] = user["display"].lower()
        self.tell("user.created", {"user": user["id"]})
        return Response(201 if self.bad("create-201") else 200, {"ok": True, "user": self.show_user(user)})

    def list_users(self, request: Request) -> Response:
        """List users."""
        self.user(request)
        low = 0 if self.bad("limit-zero-taken") else 1
        if self.bad("limit-zero-crash") and request.query.get("limit") == "0":
            raise Refusal(500, "crash")
        limit = query(request, "limit", Field("integer", low=low, high=50), default=15)
        any_state = self.bad("any-state-taken")
        state = query(request, "state", Field("text", choices=() if any_state else STATES), default="active")
        role = query(request, "role", Field("text", choices=ROLES))
        sort = query(request, "sort", Field("text", choices=("name", "created")), default="name")
        state = "all" if self.bad("removed-listed") and "state" not in request.query else state
        rows = []
        for number, user in enumerate(self.users.values()):
            fits = user["active"] if state == "active" else not user["active"] if state == "removed" else True
            if self.bad("state-ignored") and state == "removed":
                fits = True
            if not fits or (role is not None and user["role"] != role and not self.bad("role-ignored")):
                continue
            rows.append(([user["name" if self.bad("created-sort-ignored") else sort], number], user))
        rows.sort(key=lambda row: row[0])
        self.requests += 1
        if self.bad("ties-unstable") and self.requests % 2 == 0:
            rows.sort(key=lambda row: (row[0][0], -row[0][1]))
        start = 0
        cursor = request.query.get("cursor")
        if cursor is not None:
            try:
                key = json.loads(base64.urlsafe_b64decode(cursor))
                start = sum(1 for row in rows if row[0] <= key)
            except (ValueError, TypeError):
                raise Refusal(500 if self.bad("cursor-crash") else 400, "bad_cursor", "The cursor is wrong.") from None
            start += self.bad("cursor-skips") - self.bad("cursor-repeats")
        if self.bad("limit-ignored"):
            limit = 15
        size = limit + self.bad("limit-one-more")
        if self.variant == "short-pages":
            size = max(size - 1, 1)
        page = rows[start : start + size]
        following: Any = None
        if page and (start + len(page) < len(rows) or self.variant == "empty-last-page"):
            following = base64.urlsafe_b64encode(json.dumps(page[-1][0]).encode()).decode()
        if self.bad("next-early") and start + len(page) >= len(rows) - 2:
            following = None
        if self.bad("next-empty-text"):
            following = following or 0
        body: Json = {"ok": True, "users": [self.show_user(user) for _, user in page], "next": following}
        if self.bad("ok-left-out"):
            del body["ok"]
        if self.bad("next-left-out") and following is None:
            del body["next"]
        return Response(200, body)

    def user_info(self, request: Request) -> Response:
        """Get a user."""
        self.user(request)
        key = query(request, "user", Field("text", not self.bad("user-optional")), default="U100")
        if key not in self.users:
            if self.bad("unknown-user-crash"):
                raise Refusal(500, "crash")
            return self.fail("user_not_found")
        return Response(200, {"ok": True, "user": self.show_user(self.users[key])})

    def update_user(self, request: Request) -> Response:
        """Change a user."""
        me = self.user(request)
        body = self.body(request, "users.update")
        user = self.users.get(body["user"])
        if user is None:
            return self.fail("user_not_found")
        foreign = user["id"] != me["id"] and not self.bad("anyone-updates")
        if me["role"] != "admin" and (foreign or ("role" in body and not self.bad("role-by-oneself"))):
            return self.fail("not_allowed")
        changed: Json = {**user, **{name: body[name] for name in ("display", "role", "status") if name in body}}
        if self.bad("update-clears-status") and "status" not in body:
            changed["status"] = None
        if self.bad("null-status-kept") and body.get("status", 0) is None:
            changed["status"] = user["status"]
        if not self.bad("update-not-stored"):
            self.users[user["id"]] = changed
        self.tell("user.changed", {"user": user["id"]})
        return Response(200, {"ok": True, "user": self.show_user(changed)})

    def remove_user(self, request: Request) -> Response:
        """Remove a user."""
        self.user(request, admin=True)
        body = self.body(request, "users.remove")
        user = self.users.get(body["user"])
        if user is None:
            return self.fail("user_not_found")
        shown = {**user, "active": False}
        if self.bad("remove-deletes"):
            del self.users[user["id"]]
        elif not self.bad("remove-forgotten"):
            self.users[user["id"]] = shown
        self.tell("user.changed", {"user": user["id"]})
        return Response(200, {"ok": True, "user": self.show_user(shown)})

    # Channels and messages

    def show_channel(self, channel: Json) -> Json:
        """Return a channel as it is sent."""
        own = [one for one in self.messages.values() if one["channel"] == channel["id"]]
        if self.bad("replies-not-counted"):
            own = [one for one in own if one["reply_to"] is None]
        shown: Json = {**channel, "messages": len(own)}
        if self.bad("channel-messages-listed"):
            shown["messages"] = [one["id"] for one in own]
        if self.bad("topic-null-if-empty"):
            shown["topic"] = channel["topic"] or None
        return shown

    def create_channel(self, request: Request) -> Response:
        """Create a channel."""
        self.user(request)
        body = self.body(request, "channels.create")
        taken = any(one["name"] == body["name"] for one in self.channels.values())
        if taken and not self.bad("channel-twice-taken"):
            return self.fail("name_taken")
        channel = self.keep_channel(body["name"], "" if self.bad("topic-forgotten") else body.get("topic", ""))
        return Response(200, {"ok": True, "channel": self.show_channel(channel)})

    def list_channels(self, request: Request) -> Response:
        """List all channels."""
        self.user(request)
        rows = [self.show_channel(channel) for channel in self.channels.values()]
        if not self.bad("channels-unsorted"):
            rows.sort(key=lambda row: str(row["name"]))
        return Response(200, {"ok": True, "channels": rows})

    def show_message(self, message: Json, thread: bool = False) -> Json:
        """Return a message as it is sent."""
        replies = [one for one in self.messages.values() if one["reply_to"] == message["id"]]
        count = len(replies)
        if self.bad("reply-count-of-all"):
            count = sum(1 + self.show_message(one)["reply_count"] for one in replies)
        shown = {**message, "reply_count": count}
        if thread:
            if self.bad("newest-reply-first"):
                replies.reverse()
            flat = self.bad("inner-replies-left-out") and message["reply_to"] is not None
            shown["replies"] = [] if flat else [self.show_message(one, thread=True) for one in replies]
        for name, change in MESSAGE_CHANGES.items():
            if self.bad(name):
                change(shown)
        return shown

    def post_message(self, request: Request) -> Response:
        """Post a message."""
        me = self.user(request)
        body = self.body(request, "messages.post")
        if self.variant == "post-rate" or self.bad("retry-left-out"):
            self.recent = [then for then in self.recent if self.clock() - then < timedelta(seconds=1)]
            if len(self.recent) >= 3:
                raise Refusal(429, "slow_down", "Not so fast.", {"Retry-After": "1"})
            self.recent.append(self.clock())
        channel = body["channel"]
        if channel not in self.channels:
            return self.fail("channel_not_found")
        reply_to = body.get("reply_to")
        if reply_to is not None:
            other = self.messages.get(reply_to)
            here = other is not None and (other["channel"] == channel or self.bad("reply-across-channels"))
            if not here and not self.bad("reply-to-nothing"):
                return self.fail("message_not_found")
        place = ("" if self.bad("client-id-of-all-channels") else channel, body.get("client_id", ""))
        if place[1] and self.client_ids.get(place) in self.messages and not self.bad("client-id-ignored"):
            if self.bad("client-id-fails"):
                return self.fail("client_id_used")
            return Response(200, {"ok": True, "message": self.show_message(self.messages[self.client_ids[place]])})
        text = body["text"].strip() if self.bad("text-trimmed") else body["text"]
        message = self.keep_message(channel, me["id"], text, reply_to, self.time())
        if self.bad("author-is-root"):
            message["author"] = "U100"
        if place[1]:
            self.client_ids[place] = message["id"]
        self.tell("message.posted", {"message": message["id"], "channel": channel})
        return Response(200, {"ok": True, "message": self.show_message(message)})

    def list_messages(self, request: Request) -> Response:
        """List the messages of a channel."""
        self.user(request)
        channel = query(request, "channel", Field("text", True))
        high = None if self.bad("messages-limit-unbounded") else 100
        limit = query(request, "limit", Field("integer", low=1, high=high), default=20)
        if channel not in self.channels:
            return self.fail("channel_not_found")
        before, author = request.query.get("before"), request.query.get("author")
        text = request.query.get("contains", "")
        rows = []
        for key, message in reversed(self.messages.items()):
            if message["channel"] != channel and not self.bad("messages-of-all-channels"):
                continue
            if message["reply_to"] is not None and not self.bad("replies-listed"):
                continue
            if before is not None and not self.bad("before-ignored"):
                bound = int(before[1:]) if re.fullmatch(r"M[0-9]{1,15}", before) else 0
                if int(key[1:]) > bound - (not self.bad("before-counts-too")):
                    continue
            if author is not None and message["author"] != author and not self.bad("author-ignored"):
                continue
            exact = self.bad("contains-minds-case")
            if text not in message["text"] if exact else text.lower() not in message["text"].lower():
                continue
            rows.append(message)
        if self.bad("oldest-message-first"):
            rows.reverse()
        more: Any = len(rows) > limit
        if self.bad("has-more-always"):
            more = True
        if self.bad("has-more-number"):
            more = int(more)
        shown = [self.show_message(message) for message in rows[:limit]]
        return Response(200, {"ok": True, "messages": shown, "has_more": more})

    def thread(self, request: Request) -> Response:
        """Get a message with all replies."""
        self.user(request)
        key = query(request, "message", Field("text", True))
        if key not in self.messages:
            return self.fail("message_not_found")
        return Response(200, {"ok": True, "message": self.show_message(self.messages[key], thread=True)})

    def edit_message(self, request: Request) -> Response:
        """Edit a message of one's own."""
        me = self.user(request)
        body = self.body(request, "messages.edit")
        message = self.messages.get(body["message"])
        if message is None:
            return self.fail("message_not_found")
        if message["author"] != me["id"] and not self.bad("anyone-edits"):
            return self.fail("not_yours")
        changed = {**message, "text": body["text"], "edited": self.time()}
        if self.bad("edited-stays"):
            changed["edited"] = message["edited"]
        if not self.bad("edit-not-stored"):
            message.update(changed)
        self.tell("message.edited", {"message": message["id"], "channel": message["channel"]})
        return Response(200, {"ok": True, "message": self.show_message(changed)})

    def family(self, key: str) -> list[str]:
        """Return a message and all below it."""
        below = [one["id"] for one in self.messages.values() if one["reply_to"] == key]
        return [key, *(other for one in below for other in self.family(one))]

    def delete_message(self, request: Request) -> Response:
        """Delete a message of one's own with its replies."""
        me = self.user(request)
        key = self.body(request, "messages.delete")["message"]
        if key not in self.messages:
            return self.fail("message_not_found")
        if self.messages[key]["author"] != me["id"] and not self.bad("anyone-deletes"):
            return self.fail("not_yours")
        doomed = [key] if self.bad("replies-outlive") else self.family(key)
        for one in doomed:
            if not self.bad("delete-forgotten"):
                del self.messages[one]
        self.tell("message.deleted", {"message": key})
        count: Any = 1 if self.bad("deleted-counts-one") else len(doomed)
        return Response(200, {"ok": True, "deleted": [key] if self.bad("deleted-as-list") else count})

    def purge(self, request: Request) -> Response:
        """Delete all messages of a channel or of all."""
        self.user(request, admin=True)
        channel = None if self.bad("purge-takes-all") else request.query.get("channel")
        self.messages = {
            key: one for key, one in self.messages.items() if channel is not None and one["channel"] != channel
        }
        return Response(204)

    # Events and administration

    def stream(self, request: Request) -> Response:
        """Follow what happens."""
        self.user(request)
        text = request.headers.get("last-event-id", "0")
        if not re.fullmatch(r"[0-9]{1,15}", text, re.ASCII):
            if self.bad("last-event-id-crash"):
                raise Refusal(500, "crash")
            raise Refusal(400, "bad_id", "Last-Event-ID is wrong.")
        types = request.query["types"].split(",") if "types" in request.query else list(TYPES)
        if any(name not in TYPES for name in types) and not self.bad("any-type-followed"):
            raise Refusal(400, "bad_type", "A type is wrong.")
        after = 0 if self.bad("last-event-id-ignored") else int(text)
        after -= self.bad("last-event-sent-again")
        pieces = [b"retry: 2000\n\n"]
        for number, what, data in self.events:
            if number <= after or (what not in types and not self.bad("types-ignored")):
                continue
            body = str(data) if self.bad("event-data-no-json") else json.dumps(data)
            lines = [f"event: {what}", f"data: {body}"]
            if not self.bad("event-without-id"):
                lines.insert(0, f"id: {number}")
            end = "\n" if self.bad("event-without-blank-line") else "\n\n"
            if self.variant == "stream-with-crlf":
                pieces.append(("\r\n".join(lines) + "\r\n\r\n").encode())
            else:
                pieces.append(("\n".join(lines) + end).encode())
        if self.variant == "stream-with-comments":
            pieces.insert(1, b": hello\n\n")
        kind = "text/plain" if self.bad("stream-as-text") else "text/event-stream"
        if self.bad("stream-as-json"):
            return Response(200, [data for _, _, data in self.events])
        return Response(200, None, {"Content-Type": kind, "Cache-Control": "no-store"}, pieces=pieces)

    def health(self, request: Request) -> Response:
        """Tell whether the chat is up."""
        if self.bad("health-needs-session"):
            self.user(request)
        status: Any = "down" if self.down and not self.bad("health-always-up") else "up"
        return Response(200, {"status": status == "up" if self.bad("health-boolean") else status})

    def reset(self, request: Request) -> Response:
        """Forget everything that happened."""
        self.user(request, admin=True)
        channels = dict(self.channels)
        self.seed()
        if self.bad("reset-keeps-channels"):
            self.channels = channels
        return Response(204)

    def shutdown(self, request: Request) -> Response:
        """Take the chat down."""
        self.user(request, admin=True)
        self.down = True
        return Response(200 if self.bad("shutdown-200") else 202)

    def startup(self, request: Request) -> Response:
        """Bring the chat up."""
        self.user(request, admin=True)
        self.down = self.down and self.bad("startup-forgotten")
        return Response(204)


def application(defects: frozenset[str] = frozenset(), variant: str = "", clock: Clock = now) -> ASGIApp:
    """Return a new service with these defects and this variant."""
    return serve(Chat(defects, variant, clock))


app = application(*chosen(Chat))
