"""Takes secrets out of text: those that are known, in every form they travel in, and whatever looks like a key.

A known secret is replaced wherever it stands, however short it is: a blurred record beats a leaked key.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import unquote, unquote_to_bytes

import jsonschema_rs

from contract_suite.model.exchange import Pairs
from contract_suite.model.json import JSON, compact

REDACTED: Final = "[redacted]"
"""Stands where something looked like a secret that has no name."""


class Redactor:
    """Replaces secrets. `secrets` maps each known value to what stands in its place, such as `$API_KEY`."""

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        """Compile the forms of the known secrets."""
        known = {value: name for value, name in (secrets or {}).items() if value}
        forms = {form: name for value, name in known.items() for form in _forms(value)}
        cores = {core: name for value, name in known.items() for form in _forms(value) for core in _base64_cores(form)}
        # Longest first: a secret that begins with another one must not be left with its tail showing.
        self._plain = _any_spelling(forms)
        self._base64 = _any_spelling(cores, around="[A-Za-z0-9+/_=-]*+")
        self._base64_cores = tuple(cores)
        self._names = forms
        self._core_names = cores
        # Escapes that a JSON writer may use within a known secret; where one occurs, only the full pattern can tell.
        special = any(not form.isascii() or not form.isprintable() or set(form) & set('/"\\<>&') for form in forms)
        escapes = () if not forms else ("\\",) if special else ("\\u00",)
        plus = ("+",) if any(" " in form for form in forms) else ()
        # A "%" just before a secret that begins with two hex digits takes them along when the text is decoded.
        tails = tuple(form[2:] for form in forms if re.match("[0-9A-Fa-f]{2}.", form))
        words = (*forms, *tails, *cores, *escapes, *plus)
        # A schema's `pattern` is searched many times faster than Python's own, and in linear time; this look is taken
        # at every exchange.
        self._clean = jsonschema_rs.Draft202012Validator(
            {"not": {"pattern": "|".join((_MARKERS, *map(_literal, words)))}},
            pattern_options=jsonschema_rs.RegexOptions(),
        )

    def touches(self, data: bytes) -> bool:
        """Whether anything in `data` may have to be replaced: quick, and never wrong when it says no."""
        if not self._clean.is_valid(_decode(data)[0]):
            return True
        if b"%" in data:
            # Twice is as often as text gets encoded in practice: by the client, and again in an echoed URL.
            once = unquote_to_bytes(data)
            return not (
                self._clean.is_valid(_decode(once)[0]) and self._clean.is_valid(_decode(unquote_to_bytes(once))[0])
            )
        return False

    def text(self, text: str) -> str:
        """Return `text` without secrets."""
        return self._replace(text) if self.touches(text.encode("utf-8", "surrogatepass")) else text

    def data(self, data: bytes) -> bytes:
        """Return `data` without secrets; bytes that are no UTF-8 are searched all the same and otherwise kept."""
        if not self.touches(data):
            return data
        text, encoding = _decode(data)
        return self._replace(text).encode(encoding, "replace")

    def headers(self, headers: Pairs) -> Pairs:
        """Return header fields without secrets; of a header that carries credentials only the scheme is left."""
        return tuple((self.text(name), self._header(name, value)) for name, value in headers)

    def value(self, value: JSON) -> JSON:
        """Return parsed JSON without secrets, the values of members that are named like one included."""
        if isinstance(value, str):
            return self.text(value)
        if not isinstance(value, list | dict) or not value or not self._touches_json(value):
            return value
        if isinstance(value, list):
            return [self.value(each) for each in value]
        return {
            self.text(key): REDACTED
            if isinstance(each, str) and each and _SECRET_NAME.fullmatch(key) and not _named(each)
            else self.value(each)
            for key, each in value.items()
        }

    def _touches_json(self, value: JSON) -> bool:
        """Look at a whole list or object at once, as JSON text; an escape that may hide a secret counts as one."""
        return self.touches(compact(value).encode("utf-8", "surrogatepass"))

    def _header(self, name: str, value: str) -> str:
        if _CREDENTIAL_HEADER.fullmatch(name.strip()) and value.strip():
            known = self._known(value)
            return known if known != value and not self._leftover(known) else _credentials(value)
        return self.text(value)

    def _leftover(self, value: str) -> str:
        """What is left of a credential beside its scheme and the names of known secrets."""
        names = sorted({*self._names.values(), *self._core_names.values()}, key=len, reverse=True)
        for name in names:
            value = value.replace(name, "")
        return "" if value.strip().lower() in _SCHEMES or not value.strip() else value

    def _known(self, text: str) -> str:
        if self._base64 is not None:
            text = self._base64.sub(self._core_name, text)
        if self._plain is not None:
            text = self._plain.sub(self._name, text)
        return text

    def _replace(self, text: str) -> str:
        text = self._known(text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return _HEADER_LINE.sub(lambda match: match["name"] + _credentials(match["value"]), text)

    def _name(self, match: re.Match[str]) -> str:
        return (
            self._names.get(match[0])
            or self._names.get(_decoded(match[0]))
            or (next(iter(self._names.values())) if len(self._names) == 1 else REDACTED)
        )

    def _core_name(self, match: re.Match[str]) -> str:
        run = _decoded(match[0])
        return next((name for core, name in self._core_names.items() if core in run), REDACTED)


def _decoded(text: str) -> str:
    """Undo percent-encoding and JSON escapes, as far as naming a secret needs it."""
    text = unquote(unquote(text))
    text = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"\\(.)", r"\1", text)


def _forms(value: str) -> tuple[str, ...]:
    """A secret as text, and as text whose UTF-8 was read as Latin-1, which is how header fields are read."""
    return tuple(dict.fromkeys((value, value.encode("utf-8", "surrogatepass").decode("latin-1"))))


def _decode(data: bytes) -> tuple[str, str]:
    """Bytes as text that gives the same bytes back, and its encoding."""
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _literal(word: str) -> str:
    """A word as a pattern that stands for itself."""
    return re.sub(r"[\\^$.|?*+()\[\]{}]", r"\\\g<0>", word.encode("utf-8", "replace").decode())


_SHORTEST_CORE: Final = 6
"""Base64 fragments below this length occur by chance."""


def _base64_cores(value: str) -> Iterable[str]:
    """What base64 makes of a secret wherever it stands in the encoded text.

    One core for each of three alignments, in both alphabets.
    """
    try:
        data = value.encode("latin-1")
    except UnicodeEncodeError:
        data = value.encode("utf-8", "surrogatepass")
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + data).rstrip(b"=").decode()
        begin = (0, 2, 3)[shift]
        end = len(encoded) - (1 if (shift + len(data)) % 3 else 0)
        core = encoded[begin:end]
        if len(core) >= _SHORTEST_CORE:
            yield core
            yield core.replace("+", "-").replace("/", "_")


def _any_spelling(words: Iterable[str], around: str = "") -> re.Pattern[str] | None:
    """Match each word with every character plain, percent-encoded (once or twice) or escaped as JSON does."""
    alternatives = [
        "".join(_spellings(char) for char in word) for word in sorted(set(words), key=lambda word: (-len(word), word))
    ]
    if not alternatives:
        return None
    core = f"(?:{'|'.join(alternatives)})"
    # What stands in front is taken only from its own beginning, so that a long run of such characters is searched once.
    return re.compile(f"(?:(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]*?)?{core}{around}" if around else core)


def _spellings(char: str) -> str:
    octets = char.encode("utf-8", "surrogatepass")
    percent = "".join(f"%(?:25)?{''.join(_either_case(digit) for digit in f'{octet:02X}')}" for octet in octets)
    units = char.encode("utf-16-be", "surrogatepass")
    escaped = "".join(
        rf"\\u{''.join(_either_case(digit) for digit in f'{units[at]:02X}{units[at + 1]:02X}')}"
        for at in range(0, len(units), 2)
    )
    short = {
        '"': r"\\\"",
        "\\": r"\\\\",
        "/": r"\\/",
        "\n": r"\\n",
        "\t": r"\\t",
        "\r": r"\\r",
        "\b": r"\\b",
        "\f": r"\\f",
    }.get(char, "")
    plus = r"\+" if char == " " else ""
    return f"(?:{'|'.join(each for each in (escaped, short, percent, plus, re.escape(char)) if each)})"


def _either_case(digit: str) -> str:
    return f"[{digit}{digit.lower()}]" if digit.isalpha() else digit


_SCHEMES: Final = frozenset({"bearer", "basic", "digest", "token", "apikey", "negotiate", "hmac"})


def _credentials(value: str) -> str:
    """Keep the scheme of a credential, and nothing of the credential."""
    if not value.strip() or _named(value):
        return value
    scheme, space, rest = value.strip().partition(" ")
    if scheme.lower() in _SCHEMES:
        return f"{scheme} {REDACTED}" if space and rest.strip() else scheme
    return REDACTED


def _named(value: str) -> bool:
    """Whether a value is the name of a secret (`$API_KEY`, alone or after its scheme), or redacted already."""
    return _ALREADY.fullmatch(value.strip()) is not None


_ALREADY: Final = re.compile(r"(?:(?:bearer|basic|token)\s+)?(?:\$\{?\w+\}?|\[redacted\])", re.IGNORECASE)

_CREDENTIAL_NAMES: Final = (
    r"(?:proxy-)?authorization|(?:set-)?cookie2?|"
    r"(?:x-)?(?:\w+-)*(?:auth|api|access|security|subject|session|csrf|xsrf)-(?:key|token|secret)(?:-id)?"
)
_CREDENTIAL_HEADER: Final = re.compile(_CREDENTIAL_NAMES, re.IGNORECASE)
# Two colons are a clause: the name before them is an operation's, however it ends.
_HEADER_LINE: Final = re.compile(
    rf"(?P<name>(?<![\w-])(?:{_CREDENTIAL_NAMES})[ \t]*:(?!:)[ \t]*)(?P<value>[^\s\"'][^\r\n\"']*)", re.IGNORECASE
)

_MEMBER_NAMES: Final = (
    r"pass[_-]?(?:word|wd|phrase)|pwd|(?:client|app|api|user)?[_-]?secret|secret[_-]?(?:access[_-]?)?key|credentials?"
    r"|(?:access|api|private|auth)[_-]?key(?:[_-]?(?:id|secret))?"
    r"|(?:x[_-]?)?(?:access|refresh|id|auth|session|security|bearer|api|subject)?[_-]?token|(?:proxy[_-]?)?authorization|(?:set-)?cookie"
)
_SECRET_NAME: Final = re.compile(_MEMBER_NAMES, re.IGNORECASE)

# A word that follows "Bearer" in a sentence about keys, rather than a key.
_PROSE: Final = (
    r"(?!(?:tokens?|auth\w*|schemes?|keys?|credentials?|is|was|or|and|headers?"
    r"|only|in|on|for|with|from|realm|error|scope)\b)"
)

_PATTERNS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"(?<![A-Za-z0-9])sk-[A-Za-z0-9_\-]{6,}+"), REDACTED),
    (re.compile(r"(?<![A-Za-z0-9])(?:LTAI|AKIA|ASIA)[A-Za-z0-9]{12,}+"), REDACTED),
    (re.compile(r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}+\.[A-Za-z0-9_-]{5,}+(?:\.[A-Za-z0-9_-]*+)?"), REDACTED),
    (re.compile(rf"(?i)\b(bearer(?:\s|%20|\+)+){_PROSE}[A-Za-z0-9\-._~+/]++=*+"), rf"\1{REDACTED}"),
    (re.compile(r"(?i)\b(basic\s+)(?=[A-Za-z0-9+/]*[A-Z0-9+/])[A-Za-z0-9+/]{8,}+={0,2}"), rf"\1{REDACTED}"),
    (re.compile(r"(://[^/\s:@?#\"']{0,256}:)[^/\s@?#\"']{1,256}@"), rf"\1{REDACTED}@"),
    # Members of JSON text, plain and inside a JSON string, then of forms and queries. An empty value is no secret.
    (
        re.compile(
            rf"(?i)(\"(?:{_MEMBER_NAMES})\"\s*+:\s*+)"
            r"(?!\"(?:(?:bearer|basic)\s+)?(?:\$\w+|\[redacted\])\")(?:\"(?:[^\"\\]|\\.)++\"|-?[0-9][0-9.eE+-]*+|\[(?:\s*+\"(?:[^\"\\]|\\.)*+\"\s*+,?)++\])"
        ),
        rf'\1"{REDACTED}"',
    ),
    (
        re.compile(
            rf"(?i)(\\\"(?:{_MEMBER_NAMES})\\\"\s*+:\s*+\\\")(?!\$\w+\\\"|\[redacted\])(?:[^\"\\]|\\[^\"])++(?=\\\")"
        ),
        rf"\1{REDACTED}",
    ),
    (re.compile(rf"(?im)((?:^|[?&;])(?:{_MEMBER_NAMES})=)(?!\$\w|\[redacted\])[^&;#\s\"'<>]++"), rf"\1{REDACTED}"),
)

# Stands in whatever one of the patterns above matches.
_MARKERS: Final = (
    "(?i)sk-|eyJ|LTAI|AKIA|ASIA|bearer|basic|pass|pwd|secret|credential|token|authorization|cookie"
    "|(?:access|api|private|auth|security|subject|session|csrf|xsrf)[_-]?key|://[^/\\s]*@"
)
