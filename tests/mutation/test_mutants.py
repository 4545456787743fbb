"""Which mistakes are made in a module, that each is one mistake, and what becomes of a mutant."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutation.mutants import mutants
from tests.mutation.run import ROOT, Fate, Trial, report, sample, score, try_mutant

MODULE = '''
import sys


def double(number: int = 3) -> int:
    """Twice."""
    if number < 0:
        return 0
    return number * 2
'''


def changes(source: str) -> set[tuple[str, str]]:
    return {(each.kind, each.after) for each in mutants("a.py", source)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if a: raise B", {("not", "not a"), ("dropguard", "pass")}),
        ("if a: b = c\n", {("not", "not a")}),
        ("if a: raise B\nelse: b = c\n", {("not", "not a")}),
        ("a(b)", {("dropcall", "pass")}),
        ("c = a(b, d, e)", {("swap", "a(d, b, e)")}),
        ("c = a(b, b)", set()),
        ("c = a(*b, d)", set()),
        ("c = max(a, b)", set()),
        ("a += b", {("dropaug", "pass")}),
        ("a = 4", {("num", "5")}),
        ("a = b(c=True)", {("bool", "False")}),
        ("a = b < c", {("cmp", "b <= c")}),
        ("a = b == c in d", {("cmp", "b != c in d"), ("cmp", "b == c not in d")}),
        ("a = b and c", {("andor", "b or c"), ("dropterm", "c"), ("dropterm", "b")}),
        (
            "a = b or c or d",
            {("andor", "b and c and d"), *(("dropterm", f"{x} or {y}") for x, y in ("cd", "bd", "bc"))},
        ),
        ("a = not b", {("not", "b")}),
        ("a = b + c", {("arith", "b - c")}),
        ("a = b + 'c'", set()),
        ("a: 'Literal[1]' = b", set()),
        ("'a text'", set()),
        ("@a(True)\nclass B: pass", set()),
        ("if TYPE_CHECKING: a(b)", set()),
        ("a = f'{b + c}'", set()),
    ],
)
def test_mistakes_are_small_and_of_known_kinds(source: str, expected: set[tuple[str, str]]) -> None:
    assert changes(source) == expected


def test_places_are_counted_in_characters_of_any_width() -> None:
    [mutant] = mutants("a.py", "a = 'ä€𝄞', 1 # ä\nb = 'c'\n")
    assert (mutant.line, mutant.before, mutant.source) == (1, "1", "a = 'ä€𝄞', 2 # ä\nb = 'c'\n")


@pytest.mark.parametrize(
    "rooms", [["gate", "model"], pytest.param([], marks=pytest.mark.slow)], ids=["two rooms", "all rooms"]
)
def test_every_mutant_of_our_modules_is_python_with_one_place_changed(rooms: list[str]) -> None:
    for each in sample(ROOT, size=60, seed=7, rooms=rooms):
        source = (ROOT / each.path).read_text("utf-8")
        assert ast.dump(ast.parse(each.source)) != ast.dump(ast.parse(source)), each
        assert each.source.splitlines()[: each.line - 1] == source.splitlines()[: each.line - 1]


def test_the_same_seed_draws_the_same_sample() -> None:
    first, again, other = (sample(ROOT, size=20, seed=seed, rooms=["gate"]) for seed in (1, 1, 2))
    assert first == again != other
    assert len({(each.path, each.line) for each in first}) == 20
    assert {each.path.split("/")[1] for each in first} == {"gate"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("test", "fates"),
    [
        ("assert double(4) == 8 and double(-1) == 0 and double(0) == 0 and double() == 6", {"cmp": "survived"}),
        ("assert double(4) == 8", {"cmp": "survived", "dropguard": "survived"}),
    ],
)
def test_a_mutant_is_killed_by_a_test_that_notices_it(tmp_path: Path, test: str, fates: dict[str, str]) -> None:
    (tmp_path / "double.py").write_text(MODULE)
    (tmp_path / "test_double.py").write_text(f"from double import double\n\ndef test_it():\n    {test}\n")
    for each in (each for each in mutants("double.py", MODULE) if each.kind in {"cmp", "dropguard", "arith"}):
        trial = try_mutant(tmp_path, each, ["test_double.py::test_it"], limit=60)
        assert trial.fate == fates.get(each.kind, "killed"), each
        assert (tmp_path / "double.py").read_text() == MODULE


@pytest.mark.slow
def test_a_mutant_that_never_ends_is_killed_by_the_limit_of_a_test_and_told_apart_from_one_cut_short(
    tmp_path: Path,
) -> None:
    source = "def wait(number):\n    while number > 0:\n        number -= 1\n"
    (tmp_path / "waiting.py").write_text(source)
    (tmp_path / "test_waiting.py").write_text("from waiting import wait\n\ndef test_it():\n    wait(3)\n")
    [endless] = [each for each in mutants("waiting.py", source) if each.kind == "dropaug"]
    assert try_mutant(tmp_path, endless, ["test_waiting.py::test_it"], limit=6).fate is Fate.UNFINISHED


@pytest.mark.slow
def test_an_id_that_holds_the_place_of_the_tree_is_found_in_the_copy(tmp_path: Path) -> None:
    (tmp_path / "double.py").write_text(MODULE)
    (tmp_path / "test_double.py").write_text(
        "import os, double, pytest\n\n"
        "@pytest.mark.parametrize('path', [os.getcwd() + '/a'])\ndef test_it(path):\n    assert double.double(4) == 8\n"
    )
    [arith] = [each for each in mutants("double.py", MODULE) if each.kind == "arith"]
    assert try_mutant(tmp_path, arith, [f"test_double.py::test_it[{ROOT}/a]"], limit=60).fate is Fate.KILLED


@pytest.mark.slow
def test_an_unknown_test_is_no_kill(tmp_path: Path) -> None:
    (tmp_path / "double.py").write_text(MODULE)
    (tmp_path / "test_double.py").write_text("")
    with pytest.raises(SystemExit, match="have changed"):
        try_mutant(tmp_path, mutants("double.py", MODULE)[0], ["test_double.py::test_gone"], limit=60)


def test_the_report_scores_each_room_and_names_the_survivors(tmp_path: Path) -> None:
    [*drawn] = mutants("contract_suite/gate/double.py", MODULE)[:3]
    done = [
        Trial(mutant=mutant, fate=fate, tests=1, seconds=0.1)
        for mutant, fate in zip(drawn, (Fate.KILLED, Fate.SURVIVED, Fate.KILLED), strict=True)
    ]
    done.append(try_mutant(tmp_path, drawn[0], [], limit=1))
    lines = list(report(done))
    assert lines[:2] == ["gate               2 of   4", "all                2 of   4: 50.0 %"]
    assert [line.split()[0] for line in lines[2:]] == ["survived", "uncovered"]
    assert score(done) == 50
