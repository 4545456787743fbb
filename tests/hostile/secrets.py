"""Secrets as users have them, and the ways in which servers give them back."""

from __future__ import annotations

import base64
import codecs
import html
import json
import quopri
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, quote_plus

SECRETS: Final[Mapping[str, str]] = {
    "hexadecimal": "9f86d081884c7d659a2feaa0c55ad015",
    "uuid": "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "prefixed": "sk-live_4eC39HqLyjWDarjtT1zdp7dc",
    "base64": "3q2+7w/Xy9+AbCd/Ef==",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
    "quotes": 'it\'s "quoted"\\back/slash',
    "markup": "a<b>&c;d'e\"f",
    "percent": "100%25+sure%zz",
    "spaces": "correct horse battery staple",
    "entities": "&amp;lt;x&#43;y",
    "digits": "8675309001",
    "braces": "{{k}}$(x)`y`~0~1",
    "user-and-password": "deploy:Tr0ub4dor&3",
    "long": "k" + "0123456789abcdefghijklmnopqrstuvwxyz" * 8,
    "six": "Zq7xW9",
    "five": "zq7xw",
    "three": "q7x",
}
"""By kind. Those shorter than six characters count where they stand as values."""


def _octets(text: str, pattern: str) -> str:
    return "".join(pattern.format(octet) for octet in text.encode())


def _base64(text: str, *, before: bytes = b"", after: bytes = b"") -> str:
    return base64.b64encode(before + text.encode() + after).decode()


def _mixed(text: str) -> str:
    return "".join(
        (f"%{ord(char):02X}", f"%{ord(char):02x}", f"\\u{ord(char):04x}", f"&#{ord(char)};", char)[at % 5]
        for at, char in enumerate(text)
    )


def _wide(char: str) -> str:
    return chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char


def _mathematical(char: str) -> str:
    for first, bold in (("a", 0x1D41A), ("A", 0x1D400), ("0", 0x1D7CE)):
        if char.isalnum() and 0 <= ord(char) - ord(first) < (10 if first == "0" else 26):
            return chr(bold + ord(char) - ord(first))
    return char


FORMS: Final[Mapping[str, Callable[[str], str]]] = {
    "plain": str,
    "json": lambda text: json.dumps(text)[1:-1],
    "json-in-json": lambda text: json.dumps(json.dumps(text))[1:-1],
    "json-thrice": lambda text: json.dumps(json.dumps(json.dumps(text)))[1:-1],
    "json-slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "json-unicode": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "json-unicode-upper": lambda text: "".join(f"\\u{ord(char):04X}" for char in text),
    "javascript-hex": lambda text: _octets(text, "\\x{:02x}"),
    "javascript-braces": lambda text: "".join(f"\\u{{{ord(char):x}}}" for char in text),
    "python-repr": lambda text: repr(text)[1:-1],
    "octal": lambda text: _octets(text, "\\{:03o}"),
    "html": html.escape,
    "html-twice": lambda text: html.escape(html.escape(text)),
    "html-decimal": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "html-decimal-padded": lambda text: "".join(f"&#00{ord(char)};" for char in text),
    "html-hex": lambda text: "".join(f"&#x{ord(char):x};" for char in text),
    "html-hex-upper": lambda text: "".join(f"&#X{ord(char):04X};" for char in text),
    "html-java": lambda text: html.escape(text).replace("+", "&#43;").replace("=", "&#61;").replace("/", "&#x2F;"),
    "html-names": lambda text: (
        text.replace("&", "&amp;").replace("+", "&plus;").replace("/", "&sol;").replace("=", "&equals;")
    ),
    "html-in-json": lambda text: json.dumps(html.escape(text))[1:-1],
    "json-in-html": lambda text: html.escape(json.dumps(text)[1:-1]),
    "percent": lambda text: quote(text, safe=""),
    "percent-all": lambda text: _octets(text, "%{:02X}"),
    "percent-all-lower": lambda text: _octets(text, "%{:02x}"),
    "percent-mixed": lambda text: "".join(f"%{ord(char):02{'xX'[at % 2]}}" for at, char in enumerate(text)),
    "percent-twice": lambda text: quote(quote(text, safe=""), safe=""),
    "percent-all-twice": lambda text: quote(_octets(text, "%{:02x}"), safe=""),
    "percent-thrice": lambda text: quote(quote(quote(text, safe=""), safe=""), safe=""),
    "form": quote_plus,
    "percent-in-json": lambda text: json.dumps(quote(text, safe=""))[1:-1],
    "percent-in-html": lambda text: html.escape(quote(text, safe="&")),
    "html-in-percent": lambda text: quote(html.escape(text), safe=""),
    "mixed": _mixed,
    "hex": lambda text: text.encode().hex(),
    "hex-upper": lambda text: text.encode().hex().upper(),
    "base64": _base64,
    "base64-url": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64-bare": lambda text: _base64(text).rstrip("="),
    "base64-shifted-1": lambda text: _base64(text, before=b"u"),
    "base64-shifted-2": lambda text: _base64(text, before=b"u:"),
    "base64-shifted-3": lambda text: _base64(text, before=b"me:", after=b"!"),
    "base64-user": lambda text: _base64(text, before=b"someone:", after=b"\n"),
    "base64-in-json": lambda text: _base64(text, before=b'{"key":"').replace("/", "\\/"),
    "base64-of-json": lambda text: base64.b64encode(json.dumps({"key": text}).encode()).decode(),
    "base64-of-percent": lambda text: _base64(quote(text, safe="")),
    "base64-of-html": lambda text: _base64(html.escape(text)),
    "base64-percent": lambda text: quote(_base64(text), safe=""),
    "base64-twice": lambda text: _base64(_base64(text)),
    "base64-twice-shifted": lambda text: _base64(_base64(text, before=b"a"), before=b"bc"),
    "base64-url-twice": lambda text: base64.urlsafe_b64encode(base64.urlsafe_b64encode(text.encode())).decode(),
    "base64-utf-16-le": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "base64-utf-16": lambda text: base64.b64encode(text.encode("utf-16")).decode(),
    "utf-16-le": lambda text: text.encode("utf-16-le").decode("latin-1"),
    "utf-16-be": lambda text: text.encode("utf-16-be").decode("latin-1"),
    "utf-32-le": lambda text: text.encode("utf-32-le").decode("latin-1"),
    "shell": lambda text: text.replace("'", "'\"'\"'"),
    "json-pointer": lambda text: text.replace("~", "~0").replace("/", "~1"),
    "whole-header": lambda text: f"Authorization: Bearer {text}",
    "cookie": lambda text: f"sid={text}; Path=/",
    "query": lambda text: f"/a?api_key={quote(text, safe='')}&b=1",
    "address": lambda text: f"https://me:{quote(text, safe='')}@host/a",
    "sentence": lambda text: f'The key "{text}" is unknown.',
    "reversed": lambda text: text[::-1],
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "spaced": " ".join,
    "dashed": "-".join,
    "listed": ", ".join,
    "quoted-list": lambda text: json.dumps(list(text))[1:-1],
    "reversed-and-spaced": lambda text: " ".join(text[::-1]),
    "in-groups": lambda text: " ".join(text[at : at + 4] for at in range(0, len(text), 4)),
    "wrapped": lambda text: "\r\n".join(text[at : at + 5] for at in range(0, len(text), 5)),
    "hex-dump": lambda text: text.encode().hex(" "),
    "hex-colons": lambda text: text.encode().hex(":").upper(),
    "hex-0x": lambda text: ", ".join(f"0x{octet:02x}" for octet in text.encode()),
    "numbers": lambda text: " ".join(map(str, text.encode())),
    "base64-wrapped": lambda text: "\n".join(_base64(text)[at : at + 8] for at in range(0, len(_base64(text)), 8)),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "base32-lower": lambda text: base64.b32encode(text.encode()).decode().lower().rstrip("="),
    "base32-hex": lambda text: base64.b32hexencode(text.encode()).decode(),
    "base32-shifted-1": lambda text: base64.b32encode(b"u" + text.encode()).decode(),
    "base32-shifted-3": lambda text: base64.b32encode(b"me:" + text.encode() + b"!").decode(),
    "base85": lambda text: base64.b85encode(text.encode()).decode(),
    "base85-in-json": lambda text: json.dumps(base64.b85encode(text.encode()).decode())[1:-1],
    "ascii85": lambda text: base64.a85encode(text.encode()).decode(),
    "quoted-printable": lambda text: quopri.encodestring(text.encode(), quotetabs=True).decode(),
    "quoted-printable-all": lambda text: _octets(text, "={:02X}"),
    "full-width": lambda text: "".join(map(_wide, text)),
    "full-width-in-json": lambda text: json.dumps("".join(map(_wide, text)))[1:-1],
    "mathematical": lambda text: "".join(_mathematical(char) for char in text),
    "zero-width": "\u200b".join,
    "soft-hyphens": "\u00ad".join,
    "xml": lambda text: f"<key>{html.escape(text)}</key>",
    "csv": lambda text: f'1,"{text}",2',
}
"""How it may be written, by name."""
