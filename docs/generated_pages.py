"""Writes the pages that nobody writes by hand: a page for each operation and its errata, and copies of the project's own files.

A page is written only if its text changed, so that a second build has nothing to do.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import contract_suite
from contract_suite.contract.operation import Operation
from contract_suite.model.clause import Clause
from contract_suite.model.source import Erratum
from contract_suite.reference import Reference
from contract_suite.runner.configuration.reading import CONFIGURABLE

PROJECT: Final = ("ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
"""Files of the project's root that the site shows, under `project/`, with their links led right."""
_ELSEWHERE: Final = re.compile(r"\[([^\]]+)\]\((?!https?:|#|docs/|[A-Z]+\.md)([^)]+)\)")
"""A link to what the site doesn't show."""
_SHOWN: Final = (
    "type",
    "format",
    "enum",
    "const",
    "default",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
)
_ESCAPED: Final = str.maketrans({"|": r"\|", "<": "&lt;", "\n": " ", "*": r"\*", "_": r"\_", "[": r"\[", "`": "'"})


def write_pages(docs: Path) -> None:
    """Write `reference/families/` and `project/` below `docs`."""
    for name in PROJECT:
        _write(docs / "project" / name.lower(), _led_right((docs.parent / name).read_text("utf-8")))
    _write(docs / "reference" / "configuration.md", "\n".join(_configuration()))
    home = docs / "reference" / "families"
    names = contract_suite.families()
    _write(home / "index.md", _toc("The three contracts", [f"{name}/index" for name in names], _FAMILIES))
    for name in names:
        reference = contract_suite.load(name)
        by_operation = defaultdict(list)
        for clause in reference.clauses:
            by_operation[clause.operation].append(clause)
        _write(home / name / "index.md", "\n".join(_family(reference)))
        _write(home / name / "errata.md", "\n".join(_errata(reference)))
        for operation in reference.operations:
            page = "\n".join(_operation(reference, operation, by_operation[operation.id]))
            _write(home / name / f"{operation.id}.md", page)


def _led_right(text: str) -> str:
    """Lead the links of a file of the root to the same pages from `project/`."""
    text = _ELSEWHERE.sub(r"\1 (`\2`)", text)
    for name in PROJECT:
        text = text.replace(f"]({name}", f"]({name.lower()}")
    return text.replace("](docs/", "](../")


_FAMILIES: Final = """Each family is an OpenAPI 3.1 document, its errata and its seed data. A page shows what an
operation takes and answers, and every clause that a run tests, with who says so and where."""


def _toc(title: str, pages: Iterable[str], text: str) -> str:
    return "\n".join([f"# {title}", "", text, "", "```{toctree}", ":maxdepth: 1", "", *pages, "```", ""])


_CONFIGURATION: Final = """# Configuration file

The keys of `contract-suite.toml`, and of `[tool.contract-suite]` in `pyproject.toml`, written from the table of options.
[The guide](../guides/configuration.md) says which place counts. `[profiles.NAME]` may have all of them, `[family.NAME]` those marked *yes*.
A key marked *named* is taken only from a file that the user named with `--config`. The same is published as JSON Schema:
`contract-suite schema config`.
"""


def _configuration() -> Iterator[str]:
    yield _CONFIGURATION
    rows = []
    for option in CONFIGURABLE:
        schema = option.read.schema if option.read is not None else {"type": "boolean"}
        words = schema.get("enum")
        kind = " or ".join(map(str, words)) if isinstance(words, list) else str(schema["type"])
        forms = [kind, *(["list"] if option.several else [])]
        forms += ["table"] if option.repeated and option.read is not None and option.read.joint else []
        named = "named: " + option.named_only if option.named_only else ""
        rows.append(
            (
                f"`{option.name}`",
                ", ".join(forms),
                "yes" if option.per_family else "",
                f"`{option.variable}`",
                _plain(" ".join(filter(None, (option.help, named and f"({named})")))),
            )
        )
    yield from _table(("key", "value", "per family", "environment variable", "what it does"), rows)
    yield ""


def _family(reference: Reference) -> Iterator[str]:
    info = reference.document.get("info")
    described = str(info.get("description", "")) if isinstance(info, dict) else ""
    yield f"# {reference.title}\n\n{described.strip()}\n\nContract version `{reference.version}`, "
    yield f"{len(reference.operations)} operations, {len(reference.clauses)} clauses.\n"
    yield from _table(
        ("operation", "method", "path", "clauses"),
        [
            (
                f"[{each.id}]({each.id}.md)",
                each.method,
                f"`{each.path}`",
                str(sum(clause.operation == each.id for clause in reference.clauses)),
            )
            for each in reference.operations
        ],
    )
    yield from [
        "",
        "```{toctree}",
        ":maxdepth: 1",
        "",
        *(each.id for each in reference.operations),
        "errata",
        "```",
        "",
    ]


def _errata(reference: Reference) -> Iterator[str]:
    yield f"# Errata of {reference.title}\n"
    yield "Where the vendor's document contradicts itself, leaves a gap or surprises, an erratum says what was decided.\n"
    for each in reference.errata:
        yield f"({_anchor(each)})=\n## {each.id}: {_plain(each.title)}\n"
        said = [("table", each.table), ("example", each.example), ("SDK", each.sdk)]
        said += [("decided", each.decided), ("why", each.why)]
        yield f"A {each.kind}, about {_plain(each.subject)}.\n"
        yield from (f"- **{label}**: {_plain(text)}" for label, text in said if text)
        yield ""


def _operation(reference: Reference, operation: Operation, clauses: Sequence[Clause]) -> Iterator[str]:
    yield f"# {operation.id}\n\n`{operation.method} {operation.path}`\n"
    yield f"{_plain(operation.summary)}\n\n{operation.description.strip()}\n"
    if operation.parameters:
        yield "## Parameters\n"
        yield from _table(
            ("name", "in", "required", "value", "source", "line"),
            [
                (
                    f"`{each.name}`",
                    each.where,
                    "yes" if each.required else "no",
                    _value(each.schema.root),
                    _source(each.source.value, each.quote),
                    str(each.location.line),
                )
                for each in operation.parameters
            ],
        )
    if operation.body is not None:
        taken = ", ".join(f"`{each.name}`" for each in operation.body.media_types)
        yield f"\n## Request body\n\n{taken}, {'required' if operation.body.required else 'optional'}.\n"
    yield "\n## Responses\n"
    yield from _table(
        ("status", "meaning", "media types", "source", "line"),
        [
            (
                each.status,
                _plain(each.description),
                ", ".join(f"`{media.name}`" for media in each.media_types) or "none",
                _source(each.source.value, each.quote),
                str(each.location.line),
            )
            for each in operation.responses
        ],
    )
    yield from _clauses(clauses)
    touched = [each for each in reference.errata if any(operation.location.pointer in at for at in each.pointers)]
    if touched:
        yield "\n## Errata\n"
        yield from (f"- [{each.id}](errata.md#{_anchor(each)}): {_plain(each.title)}" for each in touched)
    yield ""


def _clauses(clauses: Sequence[Clause]) -> Iterator[str]:
    testable = [each for each in clauses if not each.inapplicable]
    yield f"\n## Clauses\n\nA run tests {len(testable)} clauses of this operation.\n"
    by_judge = defaultdict(list)
    for each in testable:
        by_judge[each.judge].append(each)
    for judge in sorted(by_judge):
        yield f"\n### {judge}\n"
        yield from _table(
            ("clause", "statement", "level", "source", "line"),
            [
                (
                    f"`{each.subject}::{each.kind}`",
                    _plain(each.text),
                    each.level.value,
                    _source(each.source.value, each.quote),
                    str(each.location.line),
                )
                for each in by_judge[judge]
            ],
        )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _value(schema: object) -> str:
    if not isinstance(schema, dict):
        return ""
    shown = [f"{key} {json.dumps(schema[key], ensure_ascii=False)}" for key in _SHOWN if key in schema]
    return _plain(", ".join(shown))


def _source(kind: str, quote: str) -> str:
    return f"{kind}: {_plain(quote)}" if quote else kind


def _plain(text: str) -> str:
    return text.strip().translate(_ESCAPED)


def _anchor(erratum: Erratum) -> str:
    return erratum.id.lower()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
