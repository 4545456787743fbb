"""Numbers stand with the right noun: by `counted`, and nowhere in the package by hand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import contract_suite
from contract_suite.model.counting import counted, listed, wrong_page_size

PACKAGE = Path(contract_suite.__file__).parent


def test_numbers_stand_with_the_right_noun() -> None:
    assert [counted(each, "advisory") for each in (0, 1, 2)] == ["0 advisories", "1 advisory", "2 advisories"]
    assert [counted(each, "key") for each in (1, 1200)] == ["1 key", "1,200 keys"]
    assert listed(["a", "b", "c"], 2) == "a, b and 1 more"
    assert wrong_page_size(2, 1) == "the page has 2 items; 1 was requested"
    assert wrong_page_size(1, 2000) == "the page has 1 item; 2,000 were requested"


def counted_by_hand(source: str) -> Iterator[str]:
    """Yield the texts of a module in which a length, or a number with thousands apart, has a plural behind it.

    A constant is no 1, and what stands in a choice (`… if count == 1 else …`) knows its number.
    """
    tree = ast.parse(source)
    chosen = {id(each) for choice in ast.walk(tree) if isinstance(choice, ast.IfExp) for each in ast.walk(choice)}
    for text in ast.walk(tree):
        if not isinstance(text, ast.JoinedStr) or id(text) in chosen:
            continue
        for number, noun in zip(text.values, text.values[1:], strict=False):
            if not isinstance(number, ast.FormattedValue) or not isinstance(noun, ast.Constant):
                continue
            size = isinstance(number.value, ast.Call) and ast.unparse(number.value.func) == "len"
            apart = number.format_spec is not None and "," in ast.unparse(number.format_spec)
            constant = ast.unparse(number.value).rpartition(".")[2].lstrip("_").isupper()
            if (
                (size or apart)
                and not constant
                and re.match(r" (more )?(?!(was|is|has|does)\b)[a-z]+s\b", str(noun.value))
            ):
                yield ast.unparse(text)


def test_no_plural_is_written_by_hand() -> None:
    # "1 bytes were received", "1 facts", "1 more advisories"
    found = {
        str(path.relative_to(PACKAGE)): texts
        for path in sorted(PACKAGE.rglob("*.py"))
        if (texts := list(counted_by_hand(path.read_text("utf-8"))))
    }
    assert found == {}
    assert list(counted_by_hand("f'{len(found)} items'")) == ["f'{len(found)} items'"]
