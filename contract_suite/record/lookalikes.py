"""What looks like a secret although nobody said that it is one: tokens of known shapes, credentials by their names.

Every pattern runs in linear time, whatever the text. Each keeps what is in its group `keep`; the group `value` is what
looks like a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from contract_suite.known_secrets import REDACTED

Judge = Callable[[str], bool]
"""Whether a value that looks like a secret is to be replaced."""

SCHEMES: Final = frozenset({"bearer", "basic", "digest", "token", "apikey", "negotiate", "hmac"})
"""Authentication schemes, which stand before a credential."""

_CREDENTIAL_NAMES: Final = (
    r"(?:proxy-)?authorization|(?:set-)?cookie2?|"
    r"(?:x-)?(?:\w+-)*(?:auth|api|access|security|subject|session|csrf|xsrf)-(?:key|token|secret)(?:-id)?"
)
CREDENTIAL_HEADER: Final = re.compile(_CREDENTIAL_NAMES, re.IGNORECASE)
"""Header fields that carry credentials."""

_MEMBER_NAMES: Final = (
    r"pass[_-]?(?:word|wd|phrase)|pwd|(?:client|app|api|user)?[_-]?secret|secret[_-]?(?:access[_-]?)?key|credentials?"
    r"|(?:access|api|private|auth)[_-]?key(?:[_-]?(?:id|secret))?"
    r"|(?:x[_-]?)?(?:access|refresh|id|auth|session|security|bearer|api|subject)?[_-]?token|(?:proxy[_-]?)?authorization|(?:set-)?cookie"
)
SECRET_NAME: Final = re.compile(_MEMBER_NAMES, re.IGNORECASE)
"""Members of JSON, of forms and of queries that hold secrets."""

MARKERS: Final = (
    "(?i)sk-|eyJ|LTAI|AKIA|ASIA|bearer|basic|pass|pwd|secret|credential|token|authorization|cookie"
    "|(?:access|api|private|auth|security|subject|session|csrf|xsrf)[_-]?key|://[^/\\s]*@"
)
"""Stands in whatever one of the patterns below matches."""


def replaced(text: str, is_secret: Judge) -> str:
    """Return the text without what looks like a secret and `is_secret`."""
    for pattern, replacement in _PATTERNS:

        def put(match: re.Match[str], replacement: str = replacement) -> str:
            return f"{match['keep']}{replacement}" if is_secret(match["value"]) else match[0]

        text = pattern.sub(put, text)

    def header(match: re.Match[str]) -> str:
        # What stands in one word with the name makes it another name: that of an operation, say.
        begin = match.start()
        own = begin == 0 or text[begin - 1] not in "/.:"
        return match["keep"] + credentials(match["value"], is_secret) if own else match[0]

    return _HEADER_LINE.sub(header, text)


def values(text: str) -> Iterator[str]:
    """Yield what looks like a secret."""
    for pattern, _ in _PATTERNS:
        yield from (match["value"] for match in pattern.finditer(text))
    yield from (bare(match["value"]) for match in _HEADER_LINE.finditer(text))


def credentials(value: str, is_secret: Judge = lambda _value: True) -> str:
    """Keep the scheme of a credential, and nothing of the credential."""
    if not value.strip() or is_named(value) or not is_secret(bare(value)):
        return value
    scheme, space, rest = value.strip().partition(" ")
    if scheme.lower() in SCHEMES:
        return f"{scheme} {REDACTED}" if space and rest.strip() else scheme
    return REDACTED


def bare(value: str) -> str:
    """Return a credential without its scheme."""
    scheme, _, rest = value.strip().partition(" ")
    return rest.strip() if scheme.lower() in SCHEMES else value.strip()


def is_named(value: str) -> bool:
    """Whether a value is the name of a secret (`$API_KEY`, alone or after its scheme), or redacted already."""
    return _ALREADY.fullmatch(value.strip()) is not None


_ALREADY: Final = re.compile(r"(?:(?:bearer|basic|token)\s+)?(?:\$\{?\w+\}?|\[redacted\])", re.IGNORECASE)

# Two colons are a clause: the name before them is an operation's, however it ends.
_HEADER_LINE: Final = re.compile(
    rf"(?P<keep>(?<![\w-])(?:{_CREDENTIAL_NAMES})[ \t]*:(?!:)[ \t]*)(?P<value>[^\s\"'][^\r\n\"']*)", re.IGNORECASE
)

# A word that follows "Bearer" in a sentence about keys, rather than a key.
_PROSE: Final = (
    r"(?!(?:tokens?|auth\w*|schemes?|keys?|credentials?|is|was|or|and|headers?"
    r"|only|in|on|for|with|from|realm|error|scope)\b)"
)

_PATTERNS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"(?P<keep>(?<![A-Za-z0-9]))(?P<value>sk-[A-Za-z0-9_\-]{6,}+)"), REDACTED),
    (re.compile(r"(?P<keep>(?<![A-Za-z0-9]))(?P<value>(?:LTAI|AKIA|ASIA)[A-Za-z0-9]{12,}+)"), REDACTED),
    (
        re.compile(
            r"(?P<keep>(?<![A-Za-z0-9_-]))(?P<value>eyJ[A-Za-z0-9_-]{5,}+\.[A-Za-z0-9_-]{5,}+(?:\.[A-Za-z0-9_-]*+)?)"
        ),
        REDACTED,
    ),
    (
        re.compile(rf"(?i)(?P<keep>\bbearer(?:\s|%20|\+)+){_PROSE}(?P<value>[A-Za-z0-9\-._~+/]++=*+)"),
        REDACTED,
    ),
    (
        re.compile(r"(?i)(?P<keep>\bbasic\s+)(?=[A-Za-z0-9+/]*[A-Z0-9+/])(?P<value>[A-Za-z0-9+/]{8,}+={0,2})"),
        REDACTED,
    ),
    (re.compile(r"(?P<keep>://[^/\s:@?#\"']{0,256}:)(?P<value>[^/\s@?#\"']{1,256})(?=@)"), REDACTED),
    # Members of JSON text, plain and inside a JSON string, then of forms and queries. An empty value is no secret.
    (
        re.compile(
            rf"(?i)(?P<keep>\"(?:{_MEMBER_NAMES})\"\s*+:\s*+)"
            r"(?!\"(?:(?:bearer|basic)\s+)?(?:\$\w+|\[redacted\])\")(?P<value>\"(?:[^\"\\]|\\.)++\"|-?[0-9][0-9.eE+-]*+|\[(?:\s*+\"(?:[^\"\\]|\\.)*+\"\s*+,?)++\])"
        ),
        f'"{REDACTED}"',
    ),
    (
        re.compile(
            rf"(?i)(?P<keep>\\\"(?:{_MEMBER_NAMES})\\\"\s*+:\s*+\\\")"
            r"(?!\$\w+\\\"|\[redacted\])(?P<value>(?:[^\"\\]|\\[^\"])++)(?=\\\")"
        ),
        REDACTED,
    ),
    (
        re.compile(rf"(?im)(?P<keep>(?:^|[?&;])(?:{_MEMBER_NAMES})=)(?!\$\w|\[redacted\])(?P<value>[^&;#\s\"'<>]++)"),
        REDACTED,
    ),
)
