"""Whatever stands in a configuration file is read or refused in one sentence, in a moment."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_suite.errors import UsageError
from contract_suite.runner.configuration.reading import CONFIGURABLE, read_configuration
from contract_suite.runner.configuration.toml_file import FILE, open_named

NAMES = [*(each.name for each in CONFIGURABLE), "family", "profiles"]
SCALARS = st.sampled_from(
    [
        *["1", "-1", "0", "nan", "inf", "-inf", "1e400", "true", "''", "'x'", "1979-05-27", "07:32:00", "'../..'"],
        *("'$NOT_SET'", "'${'", "'http://me:secret@host'", "9" * 30),
        *("'\\u0000'", "'\u202e'", "'" + "x" * 5000 + "'"),
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]")
        | st.lists(inner, max_size=2).map(
            lambda each: "{" + ", ".join(f"k{at} = {one}" for at, one in enumerate(each)) + "}"
        )
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(NAMES) | st.sampled_from(["seeds", "tok.en", "a.b.c", "'  '", '""', "__class__", "profiles.x.y"])
LINES = st.tuples(KEYS, VALUES).map(" = ".join) | st.sampled_from(
    ["[profiles.x]", "[family.pai]", "[[family]]", "[profiles]", "[[seed]]", "[a.b.c.d]", "# a remark", "garbage"]
)


def read(folder: Path, content: bytes) -> str:
    """Return what the file is refused with; nothing else may be raised."""
    path = folder / FILE
    path.write_bytes(content)
    try:
        read_configuration(open_named(path), "", {})
    except UsageError as error:
        return str(error)
    return ""


@pytest.mark.longer
@settings(max_examples=300, deadline=None)
@given(lines=st.lists(LINES, max_size=6))
def test_any_options_are_read_or_refused_in_one_sentence(
    lines: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    said = read(tmp_path_factory.mktemp("odd"), "\n".join(lines).encode())
    assert "\n" not in said
    assert "me:secret" not in said
    assert not said or FILE in said


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_one_sentence(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert "\n" not in read(tmp_path_factory.mktemp("odd"), content)


HUGE = {
    "levels of keys": ".".join(["a"] * 3000) + " = 1",
    "levels of tables": "[" + ".".join(["a"] * 3000) + "]",
    "levels of arrays": "a = " + "[" * 5000 + "]" * 5000,
    "levels of inline tables": "a = " + "{a = " * 3000 + "1" + "}" * 3000,
    "lines of an array": "values = [\n" + '  ["a"],\n' * 20_000 + "]",
    "lines of keys": "".join(f"a{at} = 1\n" for at in range(20_000)),
    "an endless text": 'a = """\n' + "]\n" * 20_000,
    "digits": "seed = " + "9" * 100_000,
    "a long name": "a" * 100_000 + " = 1",
    "too much": "#" * 2_000_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_file_takes_a_moment(name: str, tmp_path: Path) -> None:
    """A key of 3,000 levels was a RecursionError; an array of 20,000 lines took minutes."""
    began = time.process_time()
    said = read(tmp_path, HUGE[name].encode())
    assert said
    assert "\n" not in said
    assert time.process_time() - began < 10


@pytest.mark.parametrize("wrong", ["fuz_time", "seeds", "max-tme", "worker", "tokenenv"])
def test_an_unknown_key_is_named_with_what_was_meant(wrong: str, tmp_path: Path) -> None:
    assert "did you mean" in read(tmp_path, f"{wrong} = 1".encode())
