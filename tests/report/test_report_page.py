"""`report.html` as text: one file, bounded, with nothing from outside in it and colours that can be read."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from contract_suite.model.gate import BaselineState, GateResult, KnownFinding
from contract_suite.model.gate_request import FailOn
from contract_suite.record.reader import Run
from contract_suite.report.comparison import Comparison, TrendPoint, compare
from contract_suite.report.formats import html
from tests.report import runs

CSS = files("contract_suite.report").joinpath("page", "page.css").read_text("utf-8")


def page_of(run: Run) -> str:
    stream = io.StringIO()
    html.write(run, stream)
    return stream.getvalue()


class Page(HTMLParser):
    """What a page consists of: tags with attributes, scripts and styles, texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in {"script", "style"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open:
            self.inline.append((self.open[-1], data))
        else:
            self.texts.append(data)


@pytest.fixture(scope="module", params=sorted(runs.KINDS))
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return runs.KINDS[request.param](tmp_path_factory.mktemp(request.param) / "run.ndjson")


def test_the_page_holds_no_code_but_ours_and_needs_nothing_from_outside(run: Run) -> None:
    text = page_of(run)
    page = Page(text)
    assert [tag for tag, _ in page.inline] == ["style", "script"]
    policy = (
        next(
            attrs["content"]
            for tag, attrs in page.tags
            if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
        )
        or ""
    )
    for tag, content in page.inline:
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag, attrs in page.tags:
        assert tag not in {"img", "iframe", "object", "embed", "link", "base", "video", "audio"}
        assert not any(
            name.startswith("on") or name in {"style", "src", "srcset", "action", "formaction"} for name in attrs
        ), (tag, attrs)
        assert attrs.get("href", "#").startswith("#"), attrs  # type: ignore[union-attr]
    body = text.replace(page.inline[0][1], "").replace(page.inline[1][1], "")
    assert all(char.isprintable() or char == "\n" for char in body)


def test_ids_are_unique_and_links_lead_somewhere(run: Run) -> None:
    page = Page(page_of(run))
    ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    from urllib.parse import unquote  # noqa: PLC0415 - of this test alone

    for tag, attrs in page.tags:
        if tag == "a":
            assert unquote(str(attrs["href"])[1:]) in ids
    assert f"finding-{run.findings[0].id}" in ids if run.findings else True


def test_the_verdict_is_said_at_once(tmp_path: Path) -> None:
    for kind, word in (("clean", "Conformant"), ("plain", "Not conformant"), ("truncated", "Cut short")):
        text = page_of(runs.KINDS[kind](tmp_path / f"{kind}.ndjson"))
        assert f'<h1 id="verdict">{word}</h1>' in text
        assert f"<title>{word} · shop</title>" in text
        assert '<p class="facts"><span>Shop</span>' in text
    assert "Conformant</h1>" not in page_of(runs.truncated(tmp_path / "again.ndjson"))


def test_why_a_run_is_incomplete_is_said_once(tmp_path: Path) -> None:
    run = runs.clean(tmp_path / "run.ndjson")
    footer = replace(runs.CLEAN_FOOTER, conformant=False, complete=False, exit_code=4, reason="shop: nothing answered")
    page = page_of(replace(run, footer=footer))
    assert '<h1 id="verdict">Incomplete</h1>\n<p class="sentence">In shop: nothing answered.</p>' in page
    assert page.count("nothing answered") == 1
    assert "which proves nothing" in page
    assert '<div class="tile "><dt>Failures</dt><dd>0</dd>' in page, "no green"


@pytest.mark.longer
@pytest.mark.parametrize("count", [200, 700])
def test_hundreds_of_findings_fit_into_a_megabyte(tmp_path: Path, count: int) -> None:
    run = runs.many(tmp_path / "run.ndjson", count=count)
    text = page_of(run)
    assert len(text.encode()) < 1_000_000
    assert all(f'id="finding-{each.id}"' in text for each in run.findings)
    assert len(re.findall(r"  <mark>&#34;Total&#34;: &#34;\d+&#34;</mark>", text)) >= min(
        count, 200 if count == 200 else 40
    )
    assert "the record has the whole" in text


@pytest.mark.longer
def test_hostile_bodies_stay_within_bounds(tmp_path: Path) -> None:
    text = page_of(runs.hostile(tmp_path / "run.ndjson"))
    assert len(text.encode()) < 400_000
    assert "\\u202e" in text
    assert "\\x1b[2J" in text


def test_the_violated_part_is_marked_in_the_request_and_in_the_response(tmp_path: Path) -> None:
    text = page_of(runs.plain(tmp_path / "run.ndjson"))
    assert "GET /things?<mark>size=0</mark>" in text
    assert "<mark>200 OK</mark>" in text


def test_a_comparison_shows_what_is_new_and_what_is_gone(tmp_path: Path) -> None:
    before, now = runs.plain(tmp_path / "before.ndjson"), runs.many(tmp_path / "now.ndjson", count=2)
    points = tuple(
        TrendPoint(started=f"2030-01-0{day}", failures=day, advisories=0, coverage=0.5, p95=0.1) for day in (1, 2)
    )
    stream = io.StringIO()
    html.write_compared(now, stream, replace(compare(now, before), trend=points))
    text = stream.getvalue()
    assert '<span class="tag new">new</span>' in text
    assert "<b>2</b> new · <b>0</b> known · <b>2</b> gone" in text
    assert 'class="chart trend"' in text
    stream = io.StringIO()
    html.write_compared(now, stream, Comparison(against="", states={}, trend=points))
    assert "<h3>Earlier runs</h3>" in stream.getvalue()
    assert "Since" not in stream.getvalue()
    assert 'class="tag new"' not in stream.getvalue()


def test_what_a_gate_says_is_the_answer(tmp_path: Path) -> None:
    run = runs.plain(tmp_path / "run.ndjson")
    first = run.findings[0]
    known = KnownFinding(
        id=first.id,
        family="shop",
        clause=first.clause,
        count=3,
        first_seen=date(2030, 1, 1),
        reason="fixed in the next release",
        ticket="SHOP-7",
    )
    gate = GateResult(
        passed=True,
        exit_code=0,
        reason="nothing new",
        sentence="Gate passed: 1 known.",
        coverage=0.8,
        min_coverage=80,
        fail_on=(FailOn.FAILURE,),
        baseline="my known.toml",
        states={each.id: BaselineState.KNOWN if each is first else BaselineState.NEW for each in run.findings},
        entries={first.id: known},
        fixed=(known,),
    )
    run = replace(run, header=replace(run.header, options={"command": "contract-suite run shop"}))
    text = page_of(replace(run, gate=gate))
    assert '<h1 id="verdict">Gate passed</h1>' in text
    assert "Not conformant: 1 clause failed." in text
    assert '<span class="tag known">known</span>' in text
    assert '<span class="tag new">new</span>' in text
    assert ": fixed in the next release (SHOP-7)" in text
    again = "--baseline &#39;my known.toml&#39; --min-coverage 80 --fail-on failure</pre>"
    assert again in text, "the command to run again has the gate"
    assert again not in page_of(run)
    assert '<h1 id="verdict">Cut short</h1>' in page_of(replace(run, gate=gate, truncated=True))


# Contrast, by WCAG 2.


def colours(scheme: int) -> dict[str, str]:
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", CSS)
    return {name: pair[scheme] for name, *pair in found}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


STATUSES = ("passed", "failed", "advisory", "cannot_tell", "untested", "inapplicable", "mark")
GROUNDS = ("bg", "surface", "raised")


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_can_be_read(scheme: int) -> None:
    palette = colours(scheme)
    pairs = [(text, ground) for text in ("text", "quiet", "link") for ground in GROUNDS]
    pairs += [(status, f"{status}-bg") for status in STATUSES]
    pairs += [(status, ground) for status in ("passed", "failed", "advisory", "cannot_tell") for ground in GROUNDS]
    ratios = {pair: contrast(palette[pair[0]], palette[pair[1]]) for pair in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 4.5} == {}


def test_the_contrast_is_computed_as_wcag_does() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


def test_text_colours_are_named_in_the_palette() -> None:
    rules = re.sub(r":root \{.*?\n\}", "", CSS, count=1, flags=re.DOTALL)
    assert not re.findall(r"(?<![-\w])color: (?!var\(--)(?!inherit)[^;]*", rules)


@pytest.mark.parametrize("kind", ["clean", "plain", "alike", "truncated", "hostile"])
def test_headings_leave_out_no_level_and_regions_have_names_of_their_own(tmp_path: Path, kind: str) -> None:
    page = page_of(getattr(runs, kind)(tmp_path / "run.ndjson"))
    levels = [int(each) for each in re.findall(r"<h([1-6])[ >]", page)]
    assert levels[0] == 1
    assert all(level <= before + 1 for before, level in pairwise(levels)), levels
    regions = re.findall(r'role="region" aria-label="([^"]*)"', page)
    assert len(regions) == len(set(regions))


def test_findings_can_be_chosen_by_operation_and_check_and_cells_lead_to_them(tmp_path: Path) -> None:
    page = page_of(runs.plain(tmp_path / "run.ndjson"))
    assert '<option value="ListThings">ListThings (' in page
    assert 'data-operations="' in page
    cells = re.findall(r'<a class="only" href="#findings" data-query="([^"]*)">', page)
    assert cells
    assert all(each.startswith("?operation=") and "check=" in each for each in cells)
