from __future__ import annotations

import tomllib
from contextlib import suppress
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.errors import UsageError
from contract_suite.gate.baseline import Baseline, match, updated
from contract_suite.gate.baseline_file import read_baseline, write_baseline
from contract_suite.model.gate import BaselineState, KnownFinding
from contract_suite.model.gate_request import FailOn
from tests.record import sample

TODAY = date(2030, 6, 15)
CLAUSE = ("shop", sample.CLAUSES[0].id)


def entry(**changes: object) -> KnownFinding:
    members: dict[str, object] = {
        "id": sample.finding().id,
        "family": "shop",
        "clause": sample.CLAUSES[0].id,
        "count": 2,
        "first_seen": date(2030, 1, 2),
        "reason": "size 0 is served as 10",
        "owner": "search team",
        "ticket": "SHOP-7",
    }
    return KnownFinding(**{**members, **changes})  # type: ignore[arg-type]


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_ENTRIES = st.builds(
    KnownFinding,
    id=st.text("0123456789abcdef", min_size=12, max_size=12),
    family=_TEXTS.filter(bool),
    clause=_TEXTS.filter(bool),
    count=st.integers(1, 10**6),
    first_seen=st.dates(),
    message=_TEXTS,
    reason=_TEXTS,
    owner=_TEXTS,
    ticket=_TEXTS,
    expires=st.none() | st.dates(),
)


@pytest.mark.longer
@given(entries=st.lists(_ENTRIES, unique_by=lambda each: each.id, max_size=5), order=st.randoms())
def test_what_is_written_is_read_again_and_stands_in_one_order(
    tmp_path_factory: pytest.TempPathFactory, entries: list[KnownFinding], order: Random
) -> None:
    path = tmp_path_factory.mktemp("baseline") / "b.toml"
    write_baseline(Baseline(name=str(path), entries=tuple(entries)), path)
    text = path.read_text("utf-8")
    again = read_baseline(path)
    assert sorted(again.entries, key=lambda each: each.id) == sorted(entries, key=lambda each: each.id)
    order.shuffle(entries)
    write_baseline(Baseline(name=str(path), entries=tuple(entries)), path)
    assert path.read_text("utf-8") == text


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("version = 1\n[[finding]\n", 2, "not valid TOML"),
        ("version = 2\n", 1, "version 2"),
        ("version = 1\nfindings = []\n", 2, "'findings'"),
        ("finding = 3\n", 1, "[[finding]]"),
        ('[[finding]]\nid = "aaaaaaaaaaaa"\nfamily = "shop"\n', 1, "needs 'clause'"),
        ('[[finding]]\nid = "xyz"\nfamily = "f"\nclause = "c"\n', 2, "12 hexadecimal digits"),
        ('[[finding]]\nid = "aaaaaaaaaaaa"\nfamily = "f"\nclause = "c"\ncount = 0\n', 5, "whole number"),
        ('[[finding]]\nid = "aaaaaaaaaaaa"\nfamily = "f"\nclause = "c"\ncount = true\n', 5, "whole number"),
        ('[[finding]]\nid = "aaaaaaaaaaaa"\nfamily = "f"\nclause = "c"\n\nexpires = "soon"\n', 6, "is a date"),
        ('[[finding]]\nid = "aaaaaaaaaaaa"\nfamily = "f"\nclause = "c"\nreson = "x"\n', 5, "no 'reson'"),
        ('[[finding]]\nid = "aaaaaaaaaaaa"\nfamily = "f"\nclause = 7\n', 4, "text in quotes"),
        (
            '[[finding]]\nid = "aaaaaaaaaaaa"\nfamily = "f"\nclause = "c"\n[[finding]]\nid = "aaaaaaaaaaaa"\nfamily = "f"\nclause = "c"\n',
            5,
            "twice",
        ),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = tmp_path / "b.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        read_baseline(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@given(
    text=st.text(max_size=60)
    | st.sampled_from(['[[finding]]\nid = "', "[[finding]]\n[finding]", "version = 1e400", "finding = [[]]"])
)
def test_whatever_stands_in_the_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("baseline") / "b.toml"
    path.write_text(text, "utf-8", errors="replace")
    with suppress(UsageError):
        read_baseline(path)


def test_a_file_that_is_not_there_and_one_that_is_a_folder_are_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--update-baseline writes it"):
        read_baseline(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="no regular file"):
        read_baseline(tmp_path)


@pytest.mark.parametrize(
    ("known", "seen", "state"),
    [
        (entry(), 2, BaselineState.KNOWN),
        (entry(), 1, BaselineState.KNOWN),
        (entry(), 3, BaselineState.MORE),
        (entry(expires=TODAY), 2, BaselineState.KNOWN),
        (entry(expires=date(2030, 6, 14)), 2, BaselineState.EXPIRED),
        (entry(id="0" * 12), 2, BaselineState.NEW),
    ],
)
def test_how_a_finding_stands(known: KnownFinding, seen: int, state: BaselineState) -> None:
    finding = sample.finding()
    found = match(
        [finding], Baseline(name="b", entries=(known,)), counts={finding.id: seen}, exercised={CLAUSE}, today=TODAY
    )
    assert found.states == {finding.id: state}


def test_a_flaky_finding_is_never_more_than_known() -> None:
    finding = sample.finding(flaky=True)
    found = match([finding], Baseline(name="b", entries=(entry(),)), counts={finding.id: 30}, exercised=(), today=TODAY)
    assert found.states == {finding.id: BaselineState.KNOWN}


def test_what_was_exercised_and_not_seen_is_fixed_and_what_was_not_exercised_is_not() -> None:
    looked_at, missed = entry(), entry(id="b" * 12, clause="Other::x::y", expires=date(2030, 1, 1))
    found = match([], Baseline(name="b", entries=(looked_at, missed)), counts={}, exercised={CLAUSE}, today=TODAY)
    assert (found.fixed, found.unexercised, found.expired) == ((looked_at,), (missed,), (missed,))


def test_a_fixed_entry_that_has_expired_does_no_harm() -> None:
    found = match(
        [], Baseline(name="b", entries=(entry(expires=date(2030, 1, 1)),)), counts={}, exercised={CLAUSE}, today=TODAY
    )
    assert (len(found.fixed), found.expired) == (1, ())


def test_an_update_adds_prunes_and_keeps_what_people_wrote() -> None:
    seen, new, ignored = sample.finding(), sample.finding(id="c" * 12), sample.finding(id="d" * 12)
    fixed = entry(id="e" * 12)
    elsewhere = entry(id="f" * 12, family="other")
    expired = entry(expires=date(2030, 1, 1))
    fresh = updated(
        Baseline(name="b", entries=(expired, fixed, elsewhere)),
        [seen, new, ignored],
        adopt={seen.id, new.id},
        counts={seen.id: 5, new.id: 1},
        exercised={CLAUSE},
        today=TODAY,
    )
    by_id = {each.id: each for each in fresh.entries}
    assert set(by_id) == {seen.id, new.id, elsewhere.id}
    assert (by_id[seen.id].count, by_id[seen.id].reason, by_id[seen.id].expires) == (5, expired.reason, expired.expires)
    assert (by_id[new.id].first_seen, by_id[new.id].reason) == (TODAY, "")
    assert by_id[elsewhere.id] == elsewhere


def test_the_file_is_toml_that_people_can_edit(tmp_path: Path) -> None:
    path = tmp_path / "b.toml"
    write_baseline(Baseline(name="b", entries=(entry(expires=date(2030, 12, 31)),)), path)
    (written,) = tomllib.loads(path.read_text("utf-8"))["finding"]
    assert written == {
        "id": sample.finding().id,
        "family": "shop",
        "clause": sample.CLAUSES[0].id,
        "message": "",
        "count": 2,
        "reason": "size 0 is served as 10",
        "owner": "search team",
        "ticket": "SHOP-7",
        "first_seen": date(2030, 1, 2),
        "expires": date(2030, 12, 31),
    }


def test_the_pages_example_can_be_read_and_its_tables_name_everything(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "gate.md").read_text("utf-8")
    path = tmp_path / "b.toml"
    path.write_text(page.partition("```toml\n")[2].partition("```")[0])
    (shown,) = read_baseline(path).entries
    assert (shown.count, shown.expires) == (2, date(2030, 6, 30))
    for name in (*(each.name for each in fields(KnownFinding)), *FailOn):
        assert f"`{name}`" in page


_COMMENT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20).map(lambda text: f"# {text}".rstrip())


@pytest.mark.longer
@given(
    entries=st.lists(_ENTRIES, unique_by=lambda each: each.id, max_size=4),
    comments=st.lists(_COMMENT, min_size=4, max_size=4),
    gone=st.sets(st.integers(0, 3)),
    added=st.lists(_ENTRIES, max_size=1),
    end=st.none() | _COMMENT,
)
def test_an_update_keeps_the_comments_of_what_stays(
    tmp_path_factory: pytest.TempPathFactory,
    *,
    entries: list[KnownFinding],
    comments: list[str],
    gone: set[int],
    added: list[KnownFinding],
    end: str | None,
) -> None:
    path = tmp_path_factory.mktemp("baseline") / "b.toml"
    write_baseline(Baseline(name=str(path), entries=tuple(entries)), path)
    known = read_baseline(path).entries
    said = {each.id: f"{comment} (of {each.id})" for each, comment in zip(known, comments, strict=False)}
    text = path.read_text("utf-8")
    for identity, comment in said.items():
        head = f'[[finding]]\nid = "{identity}"\n'
        text = text.replace(head, f'{comment}\n[[finding]]\nid  =  "{identity}"\n')
    path.write_text(f"{text}{f'{end} (at the end)' if end else ''}", "utf-8")
    kept = [replace(each, count=7) for number, each in enumerate(known) if number not in gone]
    new = [each for each in added if each.id not in said]
    write_baseline(Baseline(name=str(path), entries=(*kept, *new)), path)
    text = path.read_text("utf-8")
    assert set(read_baseline(path).entries) == {*kept, *new}
    for each in known:
        stays = any(other.id == each.id for other in kept)
        assert (f'{said[each.id]}\n[[finding]]\nid  =  "{each.id}"\n' in text) is stays
        assert (f"(of {each.id})" in text) is stays
    assert end is None or text.endswith(f"{end} (at the end)\n")
    write_baseline(read_baseline(path), path)
    assert path.read_text("utf-8") == text


def test_the_head_of_the_file_is_its_authors(tmp_path: Path) -> None:
    path = tmp_path / "b.toml"
    path.write_text("# ours\n\nversion = 1 # of the format\n\n# nothing yet\n", "utf-8")
    write_baseline(Baseline(name="b", entries=(entry(),)), path)
    text = path.read_text("utf-8")
    assert text.startswith("# ours\n\nversion = 1 # of the format\n\n[[finding]]\n")
    assert text.endswith("\n# nothing yet\n")


def test_what_stands_beside_a_value_stays_and_so_does_a_date_in_quotes(tmp_path: Path) -> None:
    path = tmp_path / "b.toml"
    text = (
        f'[[finding]] # the first\nid = "{"a" * 12}" # never change\nfamily = "shop"\nclause = "c"\ncount = 1 # so few\n'
        'expires = "2030-12-31" # by then\n'
    )
    path.write_text(text, "utf-8")
    (known,) = read_baseline(path).entries
    write_baseline(Baseline(name="b", entries=(replace(known, count=2),)), path)
    assert path.read_text("utf-8").endswith(text.replace("count = 1", "count = 2"))


def test_a_file_that_was_broken_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "b.toml"
    path.write_text("version = ", "utf-8")
    with pytest.raises(UsageError, match="can't be written"):
        write_baseline(Baseline(name="b", entries=(entry(),)), path)
    assert path.read_text("utf-8") == "version = "
    assert [each.name for each in tmp_path.iterdir()] == ["b.toml"]


@pytest.mark.parametrize(("version", "line"), [(2, 3), (0, 3)])
def test_another_version_of_the_file_is_named_with_its_line(tmp_path: Path, version: int, line: int) -> None:
    path = tmp_path / "b.toml"
    path.write_text(f"# a\n# b\nversion = {version}\n", "utf-8")
    with pytest.raises(UsageError) as raised:
        read_baseline(path)
    assert str(raised.value) == f"{path}:{line}: the baseline has version {version}; this program reads 1"
