"""The probes: for each defect and variant the requests whose outcome differs from the plain service's."""

from __future__ import annotations

from typing import Any

from servicekit.client import Step, Steps, delete, get, post

BASE = "/chat"
HEADERS = {"cookie": "session=mia-session"}
ROOT = {"cookie": "session=root-session"}
GENERAL, DEV = "C136", "C137"
FIRST = "M139"
SHORT = "short"


def user(**members: Any) -> Step:
    """Return the creation of a user."""
    body: Any = {"name": "newbie", "display": "New One", "password": "long-enough", **members}
    return post("/users.create", {name: value for name, value in body.items() if value != "drop"}, **ROOT)


def update(key: str = "U101", **members: Any) -> Step:
    """Return the change of a user."""
    return post("/users.update", {"user": key, **members})


def say(text: Any = " Hi\nall ", channel: str = DEV, session: str = "mia", **members: Any) -> Step:
    """Return the post of a message."""
    return post("/messages.post", {"channel": channel, "text": text, **members}, cookie=f"session={session}-session")


def remove(key: str) -> Step:
    """Return the removal of a user."""
    return post("/users.remove", {"user": key}, **ROOT)


def log_in(name: str, password: str = "secret-secret") -> Step:
    """Return a login."""
    return post("/login", {"name": name, "password": password}, cookie="")


ME = (get("/me"),)
NEW = (user(), get("/users.info?user=<0:/user/id>"))
STATUS = (update(status={"text": "Out"}), update(display="Mia M"), update(status=None), get("/me"))
SAID = (say(), get("/messages.thread?message=<0:/message/id>"), get(f"/messages.list?channel={DEV}"))
THREAD = (get(f"/messages.thread?message={FIRST}"),)
CHANNELS = (post("/channels.create", {"name": "aa", "topic": "T"}), get("/channels.list"))
ALL = (get("/users.list?limit=50&state=all"),)
PAGES = (get("/users.list?limit=30"), get("/users.list?limit=30&cursor=<0:/next>"), get("/users.list?limit=31"))
LISTED = (get("/users.list"),)
GENERALS = (get(f"/messages.list?channel={GENERAL}&limit=5"), get(f"/messages.list?channel={GENERAL}&limit=100"))
BEFORE = (get(f"/messages.list?channel={GENERAL}&before=M145&author=U100&contains=LINE"),)
MISSING = (get("/users.info?user=U1"),)
INVALID = (say(""),)
DELETED: Steps = (say(), say("r", reply_to="<0:/message/id>"), post("/messages.delete", {"message": "<0:/message/id>"}))
DELETED = (*DELETED, get(f"/messages.list?channel={DEV}"), get("/messages.thread?message=<1:/message/id>"))
EVENTS = (say(), say("b"), user(), get("/events", last_event_id="1"), get("/events?types=user.created"))
FORCED = (post("/shutdown"),)
DOWN = (post("/shutdown", **ROOT), get("/me"), say(), get("/health"), post("/startup", **ROOT), get("/me"))
EDITED = (say(), post("/messages.edit", {"message": "<0:/message/id>", "text": "New"}), SAID[1])
TWICE = (say(client_id="c"), say(client_id="c"), say(client_id="c", channel=GENERAL))
REMOVED = (remove("U102"), get("/users.info?user=U102"), get("/me", cookie="session=ola-session"))
LOGOUT = (log_in("mia"), post("/logout"), get("/me"), get("/me", cookie="<0:set-cookie>"))
RATE = (say(),) * 5
RESET = (*CHANNELS, post("/admin/reset", None, **ROOT), get("/channels.list"))

PROBES: dict[str, Steps] = {
    "user-id-number": ME,
    "password-sent": ME,
    "role-number": ME,
    "active-as-text": ME,
    "status-empty-text": ME,
    "status-without-text": STATUS,
    "created-seconds": ME,
    "last-seen-never": NEW,
    "display-left-out": ME,
    "message-id-number": SAID,
    "author-as-object": SAID,
    "posted-without-zone": SAID,
    "edited-false": SAID,
    "reply-count-null": SAID,
    "reply-to-left-out": SAID,
    "text-as-lines": SAID,
    "inner-replies-null": THREAD,
    "channel-messages-listed": CHANNELS,
    "topic-null-if-empty": CHANNELS,
    "next-empty-text": ALL,
    "next-left-out": ALL,
    "ok-left-out": ALL,
    "has-more-number": GENERALS,
    "deleted-as-list": DELETED,
    "create-201": NEW,
    "logout-200": LOGOUT,
    "shutdown-200": DOWN,
    "failures-201": MISSING,
    "failure-ok-true": MISSING,
    "failure-ok-null": INVALID,
    "failure-code-capital": INVALID,
    "failure-without-error": INVALID,
    "failure-as-text": INVALID,
    "cookie-left-out": LOGOUT,
    "cookie-of-other-name": LOGOUT,
    "retry-left-out": RATE,
    "stream-as-text": EVENTS,
    "stream-as-json": EVENTS,
    "health-boolean": (get("/health"),),
    "users-listed-to-all": (get("/users.list", cookie=""),),
    "wrong-session-served": (get("/me", cookie="session=wrong"),),
    "any-user-name-taken": (user(name="New One"),),
    "short-password-taken": (user(password=SHORT),),
    "any-role-taken": (user(role="boss"),),
    "display-optional": (user(display="drop"),),
    "unknown-status-member-taken": (update(status={"text": "a", "until": 1}),),
    "null-status-refused": (update(status=None),),
    "any-channel-name-taken": (post("/channels.create", {"name": "A B"}),),
    "long-topic-taken": (post("/channels.create", {"name": "ab", "topic": "t" * 201}),),
    "empty-text-posted": INVALID,
    "number-as-text-posted": (say(7),),
    "long-text-edited": (say(), post("/messages.edit", {"message": "<0:/message/id>", "text": "x" * 2001})),
    "null-reply-to-refused": (say(reply_to=None),),
    "invalid-200": INVALID,
    "text-plain-taken": (Step("POST", "/channels.create", {"name": "ab"}, {"content-type": "text/plain"}),),
    "user-optional": (get("/users.info"),),
    "limit-zero-taken": (get("/users.list?limit=0"),),
    "messages-limit-unbounded": (get(f"/messages.list?channel={GENERAL}&limit=101"),),
    "any-state-taken": (get("/users.list?state=away"),),
    "any-type-followed": (get("/events?types=user.left"),),
    "limit-zero-crash": (get("/users.list?limit=0"),),
    "broken-json-crash": (post("/channels.create", [1]),),
    "null-member-crash": (post("/channels.create", {"name": None}),),
    "cursor-crash": (get("/users.list?cursor=abc"),),
    "unknown-user-crash": MISSING,
    "last-event-id-crash": (get("/events", last_event_id="x"),),
    "health-needs-session": (get("/health", cookie=""),),
    "head-405": (Step("HEAD", "/me"),),
    "allow-left-out": (get("/login"),),
    "challenge-left-out": (get("/me", cookie=""),),
    "forbidden-401": FORCED,
    "failures-404": MISSING,
    "login-fails-with-200": (log_in("mia", "bad"),),
    "any-password-logs-in": (log_in("mia", "bad"),),
    "removed-user-logs-in": (remove("U102"), log_in("ola")),
    "removed-user-stays-in": REMOVED,
    "logout-forgotten": LOGOUT,
    "logout-ends-all": LOGOUT,
    "members-shut-down": FORCED,
    "members-purge": (delete("/messages"),),
    "limit-ignored": PAGES,
    "limit-one-more": PAGES,
    "cursor-skips": PAGES,
    "cursor-repeats": PAGES,
    "next-early": PAGES,
    "ties-unstable": (
        get("/users.list?sort=created&limit=4"),
        get("/users.list?sort=created&limit=4&cursor=<0:/next>"),
    ),
    "created-sort-ignored": (get("/users.list?sort=created&limit=4"),),
    "role-ignored": (get("/users.list?role=guest"),),
    "state-ignored": (get("/users.list?state=removed"),),
    "removed-listed": (get("/users.list?limit=50"),),
    "name-twice-taken": (user(name="mia"),),
    "removed-name-free": (user(), remove("<0:/user/id>"), user()),
    "guest-by-default": NEW,
    "display-lower-case": NEW,
    "anyone-updates": (update("U102", display="O"),),
    "role-by-oneself": (update(role="admin"),),
    "update-not-stored": STATUS,
    "update-clears-status": STATUS,
    "null-status-kept": STATUS,
    "remove-deletes": REMOVED,
    "remove-forgotten": REMOVED,
    "channel-twice-taken": (post("/channels.create", {"name": "dev"}),),
    "topic-forgotten": CHANNELS,
    "channels-unsorted": CHANNELS,
    "replies-not-counted": CHANNELS,
    "reply-count-of-all": THREAD,
    "newest-reply-first": (say(), say("1", reply_to="<0:/message/id>"), say("2", reply_to="<0:/message/id>"), SAID[1]),
    "inner-replies-left-out": THREAD,
    "reply-across-channels": (say(reply_to=FIRST),),
    "reply-to-nothing": (say(reply_to="M1"),),
    "client-id-ignored": TWICE,
    "client-id-of-all-channels": TWICE,
    "client-id-fails": TWICE,
    "text-trimmed": SAID,
    "author-is-root": SAID,
    "messages-of-all-channels": SAID,
    "replies-listed": GENERALS,
    "before-ignored": BEFORE,
    "before-counts-too": BEFORE,
    "author-ignored": BEFORE,
    "contains-minds-case": BEFORE,
    "oldest-message-first": GENERALS,
    "has-more-always": GENERALS,
    "anyone-edits": (post("/messages.edit", {"message": FIRST, "text": "x"}),),
    "edited-stays": EDITED,
    "edit-not-stored": EDITED,
    "anyone-deletes": (post("/messages.delete", {"message": FIRST}),),
    "replies-outlive": DELETED,
    "delete-forgotten": DELETED,
    "deleted-counts-one": DELETED,
    "purge-takes-all": (say(), delete(f"/messages?channel={GENERAL}", **ROOT), get(f"/messages.list?channel={DEV}")),
    "last-event-id-ignored": EVENTS,
    "last-event-sent-again": EVENTS,
    "types-ignored": EVENTS,
    "event-data-no-json": EVENTS,
    "event-without-id": EVENTS,
    "event-without-blank-line": EVENTS,
    "health-always-up": DOWN,
    "down-serves": DOWN,
    "down-serves-reads": DOWN,
    "startup-forgotten": DOWN,
    "reset-keeps-channels": RESET,
}

SHOWS: dict[str, Steps] = {
    "chunked": ME,
    "members-reversed": ME,
    "extra-members": ME,
    "details-in-fields": INVALID,
    "short-pages": PAGES,
    "empty-last-page": (*ALL, get("/users.list?limit=50&state=all&cursor=<0:/next>")),
    "post-rate": RATE,
    "stream-with-comments": EVENTS,
    "stream-with-crlf": EVENTS,
}
