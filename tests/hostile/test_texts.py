"""Texts of a server and of a document that act on terminals, Markdown, workflows and XML: inert wherever they are written."""

from __future__ import annotations

import io
import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from contract_suite.cli.entry import execute
from contract_suite.cli.output import GuardedStream
from contract_suite.model.unseen import UNSEEN, inert
from tests.runner.small_app import Asked, Reply, SmallApp

TEXTS = {
    "ansi": "\x1b[2J\x1b[31mred",
    "osc-title": "\x1b]0;owned\x07",
    "osc-clipboard": "\x1b]52;c;ZXZpbA==\x1b\\",
    "osc-link": "\x1b]8;;http://e/\x1b\\x",
    "c1-csi": "\x9b2J",
    "c1-osc": "\x9d0;owned\x9c",
    "bidi-override": "abc\u202egnp.exe",
    "bidi-isolate": "\u2066x\u2069",
    "arabic-mark": "\u061cx",
    "zero-width": "pa\u200bss\u200cwo\u200drd",
    "bom": "\ufeffx",
    "tags": "x\U000e0041\U000e007f",
    "line-separator": "a\u2028b\u2029c",
    "soft-hyphen": "a\u00adb",
    "backspace": "good\b\b\b\bevil",
    "return": "good\revil",
    "delete": "a\x7fb",
    "nul": "a\x00b",
    "form-feed": "a\x0cb",
    "surrogate": "a\ud800b",
    "command": "\n::error::owned",
    "command-crlf": "\r\n::set-output name=a::b",
    "command-stop": "::stop-commands::x",
    "command-mask": "%0A::add-mask::a",
    "add-path": "\n::add-path::/tmp",
    "mention": "@everyone @org/team",
    "issue": "#1 org/repo#2 GH-3",
    "image": "![x](http://evil.example/x.png)",
    "link": "[click](javascript:alert(1))",
    "bare-link": "http://evil.example www.evil.example",
    "autolink": "<http://evil.example>",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "html-comment": "<!-- hidden -->",
    "html-comment-open": "<!-- open",
    "details": "</summary></details><h1>owned</h1>",
    "heading": "\n# owned\n",
    "table": "a | b | c |\n|---|",
    "fence": "\n```\nowned\n```",
    "tick": "`owned`",
    "reference": "[x]: http://evil.example",
    "footnote": "[^1]: owned",
    "task": "- [x] done",
    "quote": "> owned",
    "rule": "\n---\n",
    "math": "$\\unicode{x}$",
    "entity": "&lt;b&gt; &#60;b&#62;",
    "emphasis": "**owned** __owned__ ~~owned~~",
    "cdata": "]]><owned/>",
    "xml": "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
    "xml-no-character": "a\ufffe\uffff\x01",
    "script-end": "</script><script>owned()",
    "template": "{{7*7}} {% raw %} ${7*7}",
    "formula": "=cmd|' /C calc'!A0",
    "shell": "$(touch /tmp/owned) `touch /tmp/owned` '; touch /tmp/owned; '",
    "backslash": "\\u202e",
    "email": "me@evil.example",
    "combining": "Z" + "\u0335\u0336\u0337" * 30,
    "emoji": "\U0001f600",
}
"""By name, what a server says and a document writes."""
RAW = re.compile(f"[{UNSEEN}]")


def document() -> dict[str, Any]:
    said = {
        "type": "object",
        "properties": {
            name: {"enum": ["due"], "description": text} for name, text in TEXTS.items() if name != "surrogate"
        },
    }
    parameters = [
        {
            "name": "q",
            "in": "query",
            "description": TEXTS["html"],
            "schema": {"type": "string", "example": TEXTS["bidi-override"]},
        }
    ]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"T {TEXTS['bidi-override']} {TEXTS['image']} {TEXTS['osc-title']}",
            "version": TEXTS["command"],
        },
        "paths": {
            "/things": {
                "get": {
                    "operationId": f"list{TEXTS['mention']}{TEXTS['c1-csi']}",
                    "summary": TEXTS["image"] + TEXTS["zero-width"],
                    "parameters": parameters,
                    "responses": {
                        "200": {"description": TEXTS["link"], "content": {"application/json": {"schema": said}}}
                    },
                }
            }
        },
    }


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """All that commands write of a run before such a server: files by their names, standard output by its command."""

    def reply(asked: Asked) -> Reply:
        if asked.method != "GET":
            return 405, {"message": TEXTS["command"]}, {"allow": "GET"}
        return 200, TEXTS, {"x-said": TEXTS["c1-csi"].encode().decode("latin-1"), "content-type": "application/json"}

    folder = tmp_path_factory.mktemp("texts")
    report = folder / "report"
    (folder / "api.json").write_text(json.dumps(document()))
    said: dict[str, str] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("contract_suite.transport.app_loading.load_app", lambda _name: SmallApp(reply))
        for name, arguments in {
            "run": ["run", str(folder / "api.json"), "--app", "small:app", "--fuzz-time", "0", "--report", str(report)],
            **{
                f"report-{name}": ["report", str(report), "--format", name]
                for name in ("terminal", "json", "ndjson", "markdown", "github", "junit")
            },
            "files": [
                "report",
                str(report),
                *(f"--format={name}" for name in ("sarif", "gitlab", "ctrf", "har", "html", "markdown")),
                "--output",
                str(report),
            ],
            "lint": ["lint", str(folder / "api.json")],
            "lint-json": ["lint", str(folder / "api.json"), "--json"],
            "operations": ["list", "operations", str(folder / "api.json")],
            "clauses": ["list", "clauses", str(folder / "api.json")],
        }.items():
            stream = io.StringIO()
            patch.setattr("sys.stdout", stream)
            patch.setattr("sys.stderr", stream)
            assert execute(arguments) in {0, 1, 2, 4}, stream.getvalue()
            said[name] = stream.getvalue()
    return {**said, **{each.name: each.read_text("utf-8") for each in report.iterdir()}}


@pytest.mark.longer
def test_there_is_something_to_judge(outputs: dict[str, str]) -> None:
    assert {"run.ndjson", "report.html", "junit.xml", "report.json", "summary.md"} <= outputs.keys()
    assert "202e" in outputs["run"]


def test_no_control_and_no_invisible_character_is_written_raw(outputs: dict[str, str]) -> None:
    """Bidi and C1 characters reached junit.xml, lint's output and the terminal."""
    for name, text in outputs.items():
        found = RAW.search(text) or re.search("\x1b", text)
        assert found is None, f"{name}: {text[max(0, found.start() - 60) : found.end() + 20]!r}"


def test_no_text_gives_a_command_to_a_workflow(outputs: dict[str, str]) -> None:
    for line in outputs["report-github"].splitlines():
        assert re.match(r"::(error|warning|notice)( |::)", line), line
    for name in ("run", "report-markdown", "lint", "clauses", "operations", "report-terminal"):
        assert not [
            line
            for line in re.split(r"[\r\n\x0b\x0c\x85\u2028\u2029]", outputs[name])
            if line.lstrip().startswith("::")
        ], name


def test_markdown_of_a_server_is_read_as_text(outputs: dict[str, str]) -> None:
    """Markdown and markup of a server stood raw in the step summary."""
    for text in (outputs["summary.md"], outputs["report-markdown"]):
        tokens = MarkdownIt("commonmark", {"linkify": False}).enable("table").enable("strikethrough").parse(text)
        inline = [each for token in tokens for each in (token.children or [])]
        kinds = {each.type for each in (*tokens, *inline)}
        assert not kinds & {"link_open", "image", "s_open", "em_open", "hr", "blockquote_open"}
        markup = "".join(each.content for each in (*tokens, *inline) if each.type in {"html_block", "html_inline"})
        assert not set(re.findall(r"</?([a-z0-9]+)", markup, re.IGNORECASE)) - {"b", "details", "summary"}
        assert (
            markup.count("<details>")
            == markup.count("</details>")
            == markup.count("<summary>")
            == markup.count("</summary>")
        )
        assert not re.search(r"<!--(?! -->)", markup)
        shown = re.sub(r"```+sh\n.*?\n```+", "", text, flags=re.DOTALL)
        assert not re.search(
            r"@(?!<!-- -->)\w|(?<![\\&])#\d|https?://(?!<)|www\.(?!<)", shown.replace(":<!-- -->//", "")
        ), shown


def test_xml_is_well_formed(outputs: dict[str, str]) -> None:
    names = {each.tag for each in ET.fromstring(outputs["junit.xml"]).iter()}  # noqa: S314 - our own file
    assert names <= {
        "testsuites",
        "testsuite",
        "testcase",
        "properties",
        "property",
        "failure",
        "skipped",
        "error",
        "system-out",
    }


def test_json_stays_json(outputs: dict[str, str]) -> None:
    for name, text in outputs.items():
        if name.endswith((".json", ".sarif", ".har")) or name in {"report-json", "lint-json"}:
            assert json.loads(text)
    for line in outputs["run.ndjson"].splitlines():
        assert json.loads(line)
    bodies = [json.loads(line).get("response", {}).get("body", {}) for line in outputs["run.ndjson"].splitlines()]
    said = next(json.loads(each["text"]) for each in bodies if "text" in each and "bidi-override" in each["text"])
    assert said["bidi-override"] == TEXTS["bidi-override"]


def test_no_page_runs_what_a_server_says(outputs: dict[str, str]) -> None:
    page = outputs["report.html"]
    assert "<script>alert" not in page
    assert "onerror=alert" not in re.sub(r"&lt;[^<]*", "", page)
    assert "</script><script>owned" not in page


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_acts_on_a_terminal_even_where_nobody_spelt_it_out(name: str) -> None:
    for stream in (io.StringIO(), Terminal()):
        GuardedStream(stream).write(TEXTS[name])
        written = stream.getvalue()
        assert RAW.search(written) is None
        assert not re.search(r"\x1b[^\[]", written)
        assert stream.isatty() or ("\x1b" not in written and not re.search("\r(?!\n)", written))
    assert json.loads(json.dumps(TEXTS[name], ensure_ascii=True)) == json.loads(
        inert(json.dumps(TEXTS[name], ensure_ascii=False))
    )
