"""Example texts of each `format` of JSON Schema, valid and invalid ones, for every maker of values.

Whether a text is of a format is `Schema.is_valid`'s to say; nothing here judges. A test holds each text to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatTexts:
    """Texts of one format.

    `plain` is as simple as the format allows, for the mock. `valid` are for requests, the most usual first. `distinct`
    are four valid ones that differ, the third and the fourth unusual, for what is written and read again. `invalid`
    look like the format and are not of it.
    """

    plain: str
    valid: tuple[str, ...]
    distinct: tuple[str, str, str, str] | None = None
    invalid: tuple[str, ...] = ()


FORMATS: Final[Mapping[str, FormatTexts]] = {
    "date-time": FormatTexts(
        plain="2024-01-01T00:00:00Z",
        valid=("2024-07-10T11:49:47Z", "2024-02-29T23:59:59.999+08:00", "1970-01-01T00:00:00Z"),
        distinct=("2024-07-10T11:49:47Z", "2025-02-28T23:59:59Z", "2024-02-29T00:00:00Z", "1999-12-31T23:59:59Z"),
        invalid=("yesterday", "2024-13-01T00:00:00Z", "2024-07-10 11:49:47", "2024-07-10"),
    ),
    "date": FormatTexts(
        plain="2024-01-01",
        valid=("2024-07-10", "2024-02-29", "1970-01-01"),
        distinct=("2024-07-10", "2025-02-28", "2024-02-29", "1999-12-31"),
        invalid=("yesterday", "2024-02-30", "10/07/2024"),
    ),
    "time": FormatTexts(
        plain="00:00:00Z",
        valid=("11:49:47Z", "23:59:59.5+08:00"),
        distinct=("11:49:47Z", "23:59:59Z", "00:00:00Z", "12:00:00Z"),
    ),
    "duration": FormatTexts(plain="PT1H", valid=("PT1H", "P1DT2H3M4S")),
    "email": FormatTexts(
        plain="user@example.com",
        valid=("a@example.com", "first.last+tag@sub.example.org"),
        distinct=("one@example.com", "two@example.com", "first.last+tag@example.org", "a@example.net"),
        invalid=("nobody", "a@"),
    ),
    "idn-email": FormatTexts(plain="user@example.com", valid=("a@example.com",)),
    "hostname": FormatTexts(
        plain="example.com",
        valid=("example.com", "a-b.example.org"),
        distinct=("one.example.com", "two.example.com", "a-b.example.org", "example.net"),
    ),
    "idn-hostname": FormatTexts(plain="example.com", valid=("example.com",)),
    "ipv4": FormatTexts(
        plain="192.0.2.1",
        valid=("192.0.2.1", "255.255.255.255"),
        distinct=("192.0.2.1", "192.0.2.2", "198.51.100.255", "203.0.113.0"),
        invalid=("256.1.1.1", "1.2.3"),
    ),
    "ipv6": FormatTexts(
        plain="2001:db8::1",
        valid=("2001:db8::1", "::"),
        distinct=("2001:db8::1", "2001:db8::2", "2001:db8::ffff", "::1"),
        invalid=("12345::", "192.0.2.1"),
    ),
    "uri": FormatTexts(
        plain="https://example.com/",
        valid=("https://nowhere.invalid/a?b=c#d", "urn:example:a"),
        distinct=(
            "https://nowhere.invalid/one",
            "https://nowhere.invalid/two",
            "https://nowhere.invalid/?a=b%20c&d=e#f",
            "urn:example:a",
        ),
        invalid=("no uri", "//"),
    ),
    "uri-reference": FormatTexts(
        plain="/", valid=("/a/b", "https://example.com/"), distinct=("/one", "/two", "/a?b=c%20d#e", "/")
    ),
    "uri-template": FormatTexts(plain="/{id}", valid=("/a/{b}",)),
    "iri": FormatTexts(plain="https://example.com/", valid=("https://example.com/ü",)),
    "iri-reference": FormatTexts(plain="/", valid=("/ü",)),
    "uuid": FormatTexts(
        plain="00000000-0000-4000-8000-000000000000",
        valid=("123e4567-e89b-12d3-a456-426614174000", "00000000-0000-0000-0000-000000000000"),
        distinct=(
            "123e4567-e89b-42d3-a456-426614174000",
            "223e4567-e89b-42d3-a456-426614174000",
            "abcdefab-cdef-4bcd-8bcd-abcdefabcdef",
            "00000000-0000-4000-8000-000000000000",
        ),
        invalid=("123e4567", "123e4567-e89b-12d3-a456-42661417400g"),
    ),
    "decimal": FormatTexts(plain="0.00", valid=("1.50", "0"), distinct=("1.50", "2.25", "1234.56", "0.00")),
    "json-pointer": FormatTexts(plain="/a", valid=("/a/0", "")),
    "relative-json-pointer": FormatTexts(plain="0", valid=("0/a",)),
    "regex": FormatTexts(plain=".*", valid=("^a+$",)),
    "byte": FormatTexts(plain="c3RyaW5n", valid=("YQ==", "")),
}
