"""`report.html` in a real Chromium: nothing hostile runs, nothing asks the network, and filter, links, keys, themes, phone and paper work."""

from __future__ import annotations

import io
import os
import re
import shutil
import time
from collections.abc import Iterator
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any, Self

import pytest

from contract_suite.record.reader import Run
from contract_suite.report.formats import html
from tests.report import runs

CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
WAIT = 10.0
playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright for Python: pip install playwright")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium: apt-get install chromium, or name one in CHROMIUM"),
]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def until(page: Any, holds: str, *arguments: object) -> None:
    """Wait until an expression of the page holds. The page's own policy forbids what `wait_for_function` does more than once."""
    end = time.monotonic() + WAIT
    while not page.evaluate(holds, *arguments):
        assert time.monotonic() < end, holds
        page.wait_for_timeout(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for kind in ("clean", "plain", "many", "hostile"):
        write(runs.KINDS[kind](folder / f"{kind}.ndjson"), folder / f"{kind}.html")
    return folder


def write(run: Run, path: Path) -> None:
    stream = io.StringIO()
    html.write(run, stream)
    path.write_text(stream.getvalue(), "utf-8", newline="\n")


class Visit:
    """One page in a context of its own, with what it said and asked for."""

    def __init__(self, browser: Any, path: Path, fragment: str = "", **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.told: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.told.append(message.text))
        self.page.on("pageerror", lambda error: self.told.append(str(error)))
        self.page.on("dialog", self._dialog)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(f"{path.as_uri()}{fragment}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def _dialog(self, dialog: Any) -> None:
        self.told.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def shown(self) -> list[str]:
        ids: list[str] = self.page.eval_on_selector_all(
            ".finding", "list => list.filter(each => !each.hidden).map(each => each.id)"
        )
        return ids

    def chosen(self) -> str:
        found: str = self.page.evaluate("document.querySelector('.finding.current')?.id ?? ''")
        return found


@pytest.mark.parametrize("kind", ["clean", "plain", "many", "hostile"])
def test_nothing_runs_nothing_breaks_and_nothing_is_fetched(browser: Any, folder: Path, kind: str) -> None:
    with Visit(browser, folder / f"{kind}.html") as visit:
        assert visit.told == []
        assert len(visit.asked) == 1
        assert visit.page.evaluate("document.querySelectorAll('script').length") == 1
        assert "owned" not in visit.page.title()
        assert visit.page.evaluate("document.body.lastElementChild.tagName") == "SCRIPT"
        assert visit.page.is_visible("#errata")
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.longer
def test_a_hostile_answer_can_not_forge_a_finding(browser: Any, folder: Path) -> None:
    with Visit(browser, folder / "hostile.html") as visit:
        assert visit.page.evaluate("document.querySelectorAll('.finding').length") == 5
        assert visit.page.evaluate(
            "[...document.querySelectorAll('main *')].every(each => [...each.attributes].every(at => !at.name.startsWith('on')))"
        )
        visit.page.click("#unfold")
        assert "</script><script>document.title='owned'</script>" in visit.page.inner_text("#findings")
        assert (
            visit.page.evaluate("document.querySelectorAll('#findings img, #findings style, #findings html').length")
            == 0
        )


@pytest.mark.longer
def test_the_filter_narrows_the_list_and_says_by_how_much(browser: Any, folder: Path) -> None:
    with Visit(browser, folder / "many.html") as visit:
        page = visit.page
        assert page.inner_text("#shown") == "200 findings"
        page.fill("#search", "FINDING 000000000042")
        assert visit.shown() == ["finding-000000000042"]
        assert page.inner_text("#shown") == "1 of 200 findings"
        page.select_option("#kind", "flaky")
        assert page.inner_text("#shown") == "0 of 200 findings"
        page.fill("#search", "no such thing")
        assert page.is_visible("#none")
        page.fill("#search", "")
        page.select_option("#kind", "")
        page.select_option("#level", "advisory")
        assert len(visit.shown()) == 50


@pytest.mark.longer
def test_links_lead_to_a_finding_and_to_a_clause(browser: Any, folder: Path) -> None:
    with Visit(browser, folder / "many.html", "#finding-000000000042") as visit:
        assert visit.page.evaluate("document.getElementById('finding-000000000042').open")
        assert visit.chosen() == "finding-000000000042"
        visit.page.click("#finding-000000000042 .foot a >> nth=1")
        clause = "clause-shop::ListThings::200/Total::type"
        until(
            visit.page,
            "id => location.hash.includes('clause-') && document.getElementById(id).closest('details').open",
            clause,
        )
        until(
            visit.page,
            "id => { const at = document.getElementById(id).getBoundingClientRect().top; return at >= 0 && at < innerHeight }",
            clause,
        )
        visit.page.evaluate("location.hash = '#%zz'")
        assert visit.told == []


@pytest.mark.longer
def test_a_link_to_a_filtered_finding_shows_it(browser: Any, folder: Path) -> None:
    with Visit(browser, folder / "many.html") as visit:
        visit.page.fill("#search", "finding 17")
        visit.page.evaluate("location.hash = '#finding-000000000042'")
        until(visit.page, "!document.getElementById('finding-000000000042').hidden")
        assert len(visit.shown()) == 200


@pytest.mark.longer
def test_keys_walk_through_the_findings(browser: Any, folder: Path) -> None:
    with Visit(browser, folder / "many.html") as visit:
        page, ids = visit.page, visit.shown()
        page.keyboard.press("j")
        assert visit.chosen() == ids[0]
        page.keyboard.press("j")
        page.keyboard.press("j")
        assert visit.chosen() == ids[2]
        page.keyboard.press("k")
        assert visit.chosen() == ids[1]
        page.keyboard.press("o")
        assert page.evaluate("id => document.getElementById(id).open", ids[1])
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "search"
        page.keyboard.type("jk?")
        assert page.input_value("#search") == "jk?"
        assert not page.is_visible("#keys")
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        assert page.is_visible("#keys")
        page.keyboard.press("Escape")
        assert not page.is_visible("#keys")


@pytest.mark.longer
def test_dark_and_light_follow_the_system_and_the_reader(browser: Any, folder: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    with Visit(browser, folder / "plain.html", color_scheme="dark") as visit:
        assert visit.page.evaluate(ground) == "rgb(13, 17, 23)"
        visit.page.click("#theme")
        assert visit.page.evaluate(ground) == "rgb(255, 255, 255)"
        visit.page.reload()
        assert visit.page.evaluate(ground) == "rgb(255, 255, 255)"
        visit.page.keyboard.press("t")
        assert visit.page.evaluate(ground) == "rgb(13, 17, 23)"


@pytest.mark.longer
@pytest.mark.parametrize("kind", ["plain", "many", "hostile"])
def test_a_phone_needs_no_sideways_scrolling(browser: Any, folder: Path, kind: str) -> None:
    with Visit(
        browser, folder / f"{kind}.html", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    ) as visit:
        visit.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert visit.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 14


@pytest.mark.longer
@pytest.mark.parametrize("count", [0, 20, 200])
def test_paper_gets_a_summary_of_two_pages(browser: Any, tmp_path: Path, count: int) -> None:
    run = runs.many(tmp_path / "run.ndjson", count) if count else runs.clean(tmp_path / "run.ndjson")
    write(run, tmp_path / "page.html")
    with Visit(browser, tmp_path / "page.html", color_scheme="dark") as visit:
        page = visit.page
        pdf = page.pdf(format="A4", print_background=True)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not page.is_visible(".bar")
        assert page.locator("#findings summary .title:visible").count() == min(count, 24)
        assert page.locator(".printed:visible").count() == (count > 24)
        page.evaluate("dispatchEvent(new Event('afterprint'))")


@pytest.mark.longer
def test_paper_shows_in_full_what_the_reader_has_opened(browser: Any, folder: Path) -> None:
    with Visit(browser, folder / "plain.html") as visit:
        visit.page.click(".finding >> nth=1 >> summary >> nth=0")
        visit.page.emulate_media(media="print")
        visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert visit.page.evaluate("[...document.querySelectorAll('.finding')].map(each => each.open)") == [False, True]
        visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert visit.page.evaluate("[...document.querySelectorAll('.finding')].map(each => each.open)") == [True, True]


@pytest.mark.longer
def test_findings_are_grouped_as_the_reader_likes_and_the_address_keeps_it(browser: Any, folder: Path) -> None:
    with Visit(browser, folder / "many.html") as visit:
        page = visit.page
        page.select_option("#group", "level")
        assert page.locator("h3.group:visible").all_inner_texts() == ["Failures 150", "Advisories 50"]
        page.select_option("#level", "advisory")
        assert page.locator("h3.group:visible").all_inner_texts() == ["Advisories 50"]
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("j")
        assert visit.chosen() == visit.shown()[0]
        assert "group=level" in page.url
        page.reload()
        assert page.input_value("#group") == "level"
        assert page.locator("h3.group:visible").all_inner_texts() == ["Advisories 50"]
        page.select_option("#group", "")
        assert page.locator("h3.group").count() == 0


@pytest.mark.longer
def test_each_request_of_a_finding_opens_and_each_place_leads_to_its_clause(browser: Any, tmp_path: Path) -> None:
    write(runs.many(tmp_path / "run.ndjson", 15, rich=True), tmp_path / "page.html")
    with Visit(browser, tmp_path / "page.html", "#finding-00000000000f") as visit:
        page = visit.page
        steps = page.locator("#finding-00000000000f .step")
        assert steps.count() == 2
        assert not steps.first.locator(".exchange").is_visible()
        steps.first.locator("summary").click()
        assert "GET /things?size=13" in steps.first.locator(".exchange").inner_text()
        assert page.locator("#finding-00000000000f .step mark").count() == 0
        assert page.locator("#finding-00000000000f mark").count() > 0
        page.click("#finding-00000000000f .more summary")
        page.click("#finding-00000000000f .places a >> nth=0")
        until(page, "location.hash.startsWith('#clause-')")
        assert visit.told == []


@pytest.mark.parametrize("kind", ["plain", "many"])
def test_the_first_screen_says_what_is_wrong_where_how_sure_and_how_to_see_it(
    browser: Any, folder: Path, kind: str
) -> None:
    with Visit(browser, folder / f"{kind}.html", viewport={"width": 1440, "height": 900}) as visit:
        first = visit.page.locator(".finding").first
        for what in (".title", ".meta", ".problem", ".commands pre"):
            box = first.locator(what).first.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= 900, what
        assert "seen" in first.locator(".meta").inner_text()
        assert first.locator(".commands pre").first.inner_text().startswith("curl ")
    with Visit(browser, folder / f"{kind}.html", viewport={"width": 390, "height": 844}) as visit:
        box = visit.page.locator(".finding .title").first.bounding_box()
        assert box is not None
        assert box["y"] <= 844


@pytest.mark.longer
def test_the_first_screen_names_what_is_broken_and_leads_to_it(browser: Any, tmp_path: Path) -> None:
    """Of twenty findings at several operations, the first screen showed one."""
    write(runs.many(tmp_path / "run.ndjson", 20), tmp_path / "page.html")
    with Visit(browser, tmp_path / "page.html", viewport={"width": 1440, "height": 900}) as visit:
        page = visit.page
        rows = page.locator(".broken li")
        assert rows.count() == page.locator("#operation option").count() - 1
        box = page.locator(".broken").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900
        rows.last.locator("a").first.click()
        until(page, "location.hash.startsWith('#finding-')")
        until(page, "document.querySelector('.finding.current') !== null")
        assert f"#{visit.chosen()}" == page.evaluate("location.hash")


@pytest.mark.longer
def test_a_phone_shows_the_choices_of_the_filter_when_asked(browser: Any, folder: Path) -> None:
    """Six of them filled the screen before the first finding."""
    with Visit(browser, folder / "many.html", viewport={"width": 390, "height": 844}) as visit:
        assert not visit.page.is_visible("#level")
        visit.page.click("#narrow")
        assert visit.page.is_visible("#level")
        assert visit.page.get_attribute("#narrow", "aria-expanded") == "true"


@pytest.mark.longer
def test_commands_can_be_copied(browser: Any, folder: Path) -> None:
    with Visit(browser, folder / "plain.html", permissions=["clipboard-read", "clipboard-write"]) as visit:
        page = visit.page
        rows = page.locator(".finding >> nth=0 >> .commands div")
        assert rows.locator("dt").all_inner_texts() == ["Reproduce", "Replay", "Explain"]
        rows.nth(2).locator("button").click()
        until(page, "document.querySelector('.commands div:nth-child(3) button').textContent === 'Copied'")
        assert page.evaluate("navigator.clipboard.readText()") == rows.nth(2).locator("pre").inner_text()


def views(page: Any, *, most: int) -> list[tuple[bool, str]]:
    """Every way to look at the findings: all details closed or open, grouped by each thing by which they can be."""
    groups = page.eval_on_selector_all("#group option", "list => list.map(each => each.value).filter(each => each)")
    return [(False, ""), (True, ""), *((True, each) for each in groups)][:most]


AT_ONCE = {(0, "light", 390), (20, "dark", 1440), (20, "light", 390)}
"""The pages that every run of the tests looks at; the others are slow."""


@pytest.mark.longer
@pytest.mark.parametrize(
    ("count", "scheme", "width"),
    [
        pytest.param(*page, marks=() if page in AT_ONCE else pytest.mark.slow)
        for page in product((0, 20, 200), ("dark", "light"), (390, 1440))
    ],
)
def test_nothing_keeps_anybody_from_reading_it(
    browser: Any, tmp_path: Path, count: int, scheme: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python", reason="needs axe-core: pip install axe-playwright-python")
    script = files(axe).joinpath("axe.min.js").read_text("utf-8")
    run = runs.many(tmp_path / "run.ndjson", count, rich=True) if count else runs.clean(tmp_path / "run.ndjson")
    write(run, tmp_path / "page.html")
    with Visit(
        browser, tmp_path / "page.html", color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as visit:
        visit.page.evaluate(script)
        if visit.page.is_visible("#narrow"):  # on a phone the filter is folded
            visit.page.click("#narrow")
        for opened, group in views(
            visit.page, most=2 if (count, scheme, width) in AT_ONCE else 100 if count <= 20 else 3
        ):
            visit.page.evaluate(
                "open => document.querySelectorAll('details').forEach(each => { each.open = open })", opened
            )
            if group:
                visit.page.select_option("#group", group)
            found = visit.page.evaluate("axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)")
            shown = [(each["id"], each["nodes"][0]["html"][:200]) for each in found]
            assert shown == [], f"grouped by {group or 'nothing'}, details {'open' if opened else 'closed'}"
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        visit.page.keyboard.press("?")
        assert visit.page.is_visible("#keys")
        assert visit.page.evaluate("axe.run('#keys').then(({ violations }) => violations.map(({ id }) => id))") == []
        visit.page.keyboard.press("Escape")
        visit.page.evaluate("document.querySelector('main').append(document.createElement('button'))")
        found = visit.page.evaluate("axe.run('main > button').then(({ violations }) => violations.map(({ id }) => id))")
        assert found == ["button-name"], "axe looks"


@pytest.mark.longer
def test_without_scripts_everything_is_still_there(browser: Any, folder: Path) -> None:
    with Visit(browser, folder / "plain.html", java_script_enabled=False) as visit:
        assert visit.page.locator(".finding").count() == 2
        assert not visit.page.is_visible("#filter")
        assert visit.page.is_visible("#findings .finding >> nth=1")


@pytest.mark.slow
def test_the_page_speaks_to_those_who_do_not_see_it(browser: Any, folder: Path) -> None:
    with Visit(browser, folder / "plain.html") as visit:
        page = visit.page
        assert page.get_by_role("heading", level=1).inner_text() == "Not conformant"
        assert page.get_by_role("navigation", name="Sections").count() == 1
        assert page.get_by_role("table", name="shop").get_by_role("columnheader").count() > 1
        assert page.get_by_role("rowheader", name="ListThings").count() >= 1
        assert (
            page.get_by_role("cell", name="1 of 3 failed").count() == 1
            or page.get_by_role("cell", name="failed").count() >= 1
        )
        assert page.evaluate(
            "[...document.querySelectorAll('input, select, button')].every(each => each.labels?.length || each.textContent.trim())"
        )
        assert page.evaluate("[...document.querySelectorAll('svg')].every(each => each.getAttribute('aria-label'))")
        levels = page.evaluate(
            "[...document.querySelectorAll('main h1, main h2, main h3, main h4')].map(each => Number(each.tagName[1]))"
        )
        assert levels[0] == 1
        assert levels.count(1) == 1
