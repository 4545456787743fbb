"""Secrets as users have them, and the ways in which servers give them back."""

from __future__ import annotations

import base64
import html
import json
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
    "xml": lambda text: f"<key>{html.escape(text)}</key>",
    "csv": lambda text: f'1,"{text}",2',
}
"""How it may be written, by name."""
