"""Takes secrets out of text: those that are known, in every form they travel in, and whatever looks like a key.

A known secret is replaced wherever it stands: a blurred record beats a leaked key. Names that a document gives to its
operations and clauses are not looked at, and what a run makes up for a password of its own is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from contract_suite.known_secrets import KNOWN, REDACTED
from contract_suite.model.counting import counted
from contract_suite.model.exchange import NoResponse, Pairs, Request, Response
from contract_suite.model.json import JSON, compact
from contract_suite.record.absence import without
from contract_suite.record.known_values import LONGEST_WHOLE, KnownValues
from contract_suite.record.lookalikes import (
    CREDENTIAL_HEADER,
    MARKERS,
    SCHEMES,
    SECRET_NAME,
    Judge,
    bare,
    credentials,
    is_named,
    replaced,
    values,
)
from contract_suite.record.needles import LONG

__all__ = ["REDACTED", "Redactor", "credentials_of", "hide"]


class Redactor:
    """Replaces secrets. `secrets` maps each known value to what stands in its place, such as `$API_KEY`."""

    def __init__(
        self,
        secrets: Mapping[str, str] | None = None,
        *,
        names: Iterable[str] = (),
        made_up: Iterable[str] = (),
        own_requests: bool = False,
        looks: bool = True,
    ) -> None:
        """Work out the forms of the known secrets.

        `names` are those of a document; none of them is taken for a short secret. `own_requests` says that whatever
        looks like a secret in a request was made up for it, and is none, as are the keys `made_up`; without `looks`, only
        known secrets count.
        """
        self._names = frozenset(names)
        self._looks = looks
        self._own_requests = own_requests
        self._made_up = set(made_up)
        self._learned: set[str] = set()
        self._known: dict[str, str] = {}
        self.learn(secrets or {})

    def learn(self, secrets: Mapping[str, str]) -> None:
        """Know more secrets, such as a key that was fetched meanwhile."""
        known = {**self._known, **{value: name for value, name in secrets.items() if value}}
        if self._known and known == self._known:
            return
        self._known = known
        self._values = KnownValues(known, names=self._names)

    def __repr__(self) -> str:
        """Say how many secrets it knows, and none of them."""
        return f"Redactor({counted(len(self._known), 'secret')})"

    def touches(self, data: bytes) -> bool:
        """Whether anything in `data` may have to be replaced: quick, and never wrong when it says no."""
        text = data.decode("latin-1")
        if self._looks and not _PLAIN.is_valid(text):
            return True
        return self._values.touch(text)

    def text(self, text: str) -> str:
        """Return `text` without secrets."""
        return self._text(text, self._is_secret)

    def data(self, data: bytes) -> bytes:
        """Return `data` without secrets; bytes that are no UTF-8 are searched all the same and otherwise kept."""
        return self._data(data, self._is_secret)

    def headers(self, headers: Pairs) -> Pairs:
        """Return header fields without secrets; of a header that carries credentials only the scheme is left."""
        return self._headers(headers, self._is_secret)

    def request(self, request: Request) -> Request:
        """Return a request without secrets."""
        judge = self._is_known if self._own_requests else self._is_secret
        if self._own_requests:
            self._remember(request)
        return replace(
            request,
            method=self._text(request.method, judge),
            target=self._text(request.target, judge),
            headers=self._headers(request.headers, judge),
            body=self._data(request.body, judge),
        )

    def answer(self, answer: Response | NoResponse) -> Response | NoResponse:
        """Return what came back without secrets."""
        if isinstance(answer, NoResponse):
            return replace(answer, message=self.text(answer.message), received=self.data(answer.received))
        return replace(
            answer, reason=self.text(answer.reason), headers=self.headers(answer.headers), body=self.data(answer.body)
        )

    def value(self, value: JSON) -> JSON:
        """Return parsed JSON without secrets, the values of members that are named like one included."""
        if isinstance(value, str):
            return self._whole(value)
        if not isinstance(value, list | dict) or not _holds_text(value) or not self._touches_json(value):
            return value
        if isinstance(value, list):
            return [self.value(each) for each in value]
        return {self.text(key): self._member(key, each) for key, each in value.items()}

    def line(self, line: dict[str, JSON]) -> str:
        """Return a line of a record as JSON text without secrets. What a document names stays as it is."""
        text = compact(line)
        if self.touches(text.encode("utf-8", "surrogatepass")):
            text = compact({key: self._of_line(key, each) for key, each in line.items()})
        return text

    def _of_line(self, key: str, value: JSON) -> JSON:
        if key in _NAMES:
            return value
        if key == "curl" and isinstance(value, str) and self._own_requests:
            return self._text(value, self._is_known)
        if isinstance(value, dict):
            return (
                {each: self._of_line(each, inner) if each != key else inner for each, inner in value.items()}
                if (key not in _GIVEN)
                else self.value(value)
            )
        if isinstance(value, list):
            return [
                {each: self._of_line(each, inner) for each, inner in one.items()}
                if isinstance(one, dict)
                else self.value(one)
                for one in value
            ]
        return self.value(value)

    def _member(self, key: str, value: JSON) -> JSON:
        if isinstance(value, str) and value and SECRET_NAME.fullmatch(key) and not is_named(value):
            return REDACTED if self._looks and self._is_secret(value) else self._whole(value)
        return self.value(value)

    def _whole(self, value: str) -> str:
        """A text that is a value: it may be a short secret as a whole."""
        return self._values.name_of(value) or self.text(value)

    def _touches_json(self, value: JSON) -> bool:
        """Look at a whole list or object at once, as JSON text."""
        return self.touches(compact(value).encode("utf-8", "surrogatepass"))

    def _text(self, text: str, judge: Judge) -> str:
        data = text.encode("utf-8", "surrogatepass")
        if not self.touches(data):
            return text
        cleaned = self._values.hidden_in(data)
        return self._seemly(text if cleaned is data else cleaned.decode("utf-8", "replace"), judge)

    def _data(self, data: bytes, judge: Judge) -> bytes:
        if not self.touches(data):
            return data
        data = self._values.hidden_in(data)
        try:
            text, encoding = data.decode(), "utf-8"
        except UnicodeDecodeError:
            text, encoding = data.decode("latin-1"), "latin-1"
        return self._seemly(text, judge).encode(encoding, "replace")

    def _seemly(self, text: str, judge: Judge) -> str:
        return replaced(text, judge) if self._looks else text

    def _headers(self, headers: Pairs, judge: Judge) -> Pairs:
        return tuple((self._text(name, judge), self._header(name, value, judge)) for name, value in headers)

    def _header(self, name: str, value: str, judge: Judge) -> str:
        whole = self._values.name_of(value)
        if whole:
            return whole
        if not CREDENTIAL_HEADER.fullmatch(name.strip()) or not value.strip():
            return self._text(value, judge)
        known = self._values.hidden_in(value.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
        scheme, space, rest = known.strip().partition(" ")
        if space and scheme.lower() in SCHEMES and self._values.name_of(rest.strip()):
            known = f"{scheme} {self._values.name_of(rest.strip())}"
        if known != value and not self._leftover(known):
            return known
        return credentials(value if known == value or judge(bare(value)) else known, judge)

    def _leftover(self, value: str) -> str:
        """What is left of a credential beside its scheme and the names of known secrets."""
        for name in self._values.shown:
            value = value.replace(name, "")
        return "" if value.strip().lower() in SCHEMES or not value.strip() else value

    def _is_secret(self, value: str) -> bool:
        """Whether what looks like a secret is one: everything but what the run made up, and a document's names."""
        text = value.strip('"')
        if text in self._made_up or text in self._names:
            return False
        if self._own_requests and LONG < len(text) <= LONGEST_WHOLE and len(self._learned) < _MOST_REMEMBERED:
            self._learned.add(text)
        return True

    def _is_known(self, value: str) -> bool:
        """Whether what looks like a secret in a request of the run came from the server, which may have meant it so."""
        return value.strip('"') in self._learned

    def _remember(self, request: Request) -> None:
        """Keep what the run made up and sent in the place of a secret, so that it is not taken for one when it comes back."""
        if len(self._made_up) >= _MOST_REMEMBERED:
            return
        texts = [request.target, request.body.decode("utf-8", "replace")]
        found = [each for text in texts if self.touches(text.encode("utf-8", "surrogatepass")) for each in values(text)]
        found += [bare(value) for name, value in request.headers if CREDENTIAL_HEADER.fullmatch(name.strip())]
        for each in found:
            made_up = unquote(each.strip('"'))
            if made_up not in self._learned and len(made_up) <= LONGEST_WHOLE:
                self._made_up |= {made_up, each.strip('"')}


def hide(text: str) -> str:
    """Return a text that is about to leave the process without any secret that this process knows of."""
    names = KNOWN.names
    return _of_process(tuple(names.items())).text(text) if names else text


def credentials_of(headers: Pairs) -> dict[str, str]:
    """Return the credentials that header fields carry, so that they are known wherever else they stand."""
    found: dict[str, str] = {}
    for name, value in headers:
        if CREDENTIAL_HEADER.fullmatch(name.strip()) and not is_named(value):
            parts = [bare(value)]
            if name.strip().lower() in {"cookie", "set-cookie"}:
                cookies = value.split(";") if name.strip().lower() == "cookie" else value.split(";")[:1]
                parts = [each.partition("=")[2].strip() for each in cookies]
            found |= {each: REDACTED for each in parts if len(each) >= LONG}
    return found


_MOST_REMEMBERED: Final = 10_000
_PLAIN: Final = without([MARKERS])
_NAMES: Final = frozenset(
    {"aim", "check", "clause", "clauses", "family", "file", "id", "judge", "kind", "level", "method", "operation"}
    | {"operations", "outcome", "path", "pointers", "source", "stage", "statuses", "subject", "tool", "type", "version"}
    | {"names"}
)
"""Members of a record's lines whose values are names: of the document, or our own."""
_GIVEN: Final = frozenset({"options"})
"""Members of a record's lines that hold what the user gave."""


def _holds_text(value: list[JSON] | dict[str, JSON]) -> bool:
    """Whether something in a list or object may have to be replaced: numbers never are."""
    return bool(value) and (isinstance(value, dict) or any(isinstance(each, (str, list, dict)) for each in value))


@lru_cache(maxsize=4)
def _of_process(known: tuple[tuple[str, str], ...]) -> Redactor:
    return Redactor(dict(known), looks=False)
