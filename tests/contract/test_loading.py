"""Documents are hostile until read: whatever comes, it is a tree or one located sentence, in bounded time and memory."""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.contract.family import load
from contract_suite.contract.loading import MAX_BYTES, MAX_DEPTH, parse
from contract_suite.errors import DocumentError, UsageError
from contract_suite.model.location import Location

HEAD = 'openapi: 3.1.0\ninfo: {title: x, version: "1"}\n'
SECONDS = 60.0
MEGABYTES = 600


@contextmanager
def bounded() -> Iterator[None]:
    started, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.process_time() - started < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MEGABYTES


def refused(content: bytes) -> DocumentError:
    with bounded(), pytest.raises(DocumentError) as caught:
        parse(content, "d.yaml")
    error = caught.value
    assert isinstance(error.location, Location)
    assert error.location.file == "d.yaml"
    assert "\n" not in str(error)
    assert len(str(error)) < 500
    return error


def bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, levels)]
    return "\n".join(lines)


HOSTILE = [
    ("an alias bomb", bomb(12).encode(), "nodes", 7),
    (
        "a merge bomb",
        (
            "a0: &a0 {k: v}\n"
            + "\n".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 30)}]}}" for n in range(1, 12))
        ).encode(),
        "nodes",
        5,
    ),
    ("an alias of itself", b"a: &a [*a]", "contains itself", 1),
    ("an alias of nothing", b"x: 1\na: *b", "no anchor", 2),
    ("deep flow lists", b"[" * 100_000, "", 1),
    ("deep flow maps", b"{a: " * 100_000, "", 1),
    ("deep JSON lists", b"[" * 100_000 + b"]" * 100_000, "", 1),
    ("deep JSON maps", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "", 1),
    ("deep block lists", b"- " * 20_000 + b"x", "", 1),
    ("deep block maps", "".join(f"{' ' * level}a:\n" for level in range(400)).encode(), "levels deep", 151),
    ("nothing", b"", "empty", 1),
    ("spaces", b" " * 1_000_000, "empty", 1),
    ("line ends", b"\n" * 1_000_000, "empty", 1),
    ("only a mark", b"\xef\xbb\xbf", "empty", 1),
    ("only a comment", b"# hello\n", "empty", 1),
    ("bytes", bytes(range(255, -1, -1)) * 10, "UTF-8", 1),
    ("NULs", b"a: \x00\x00", "", 1),
    ("a control character", b"a: 1\nb: \x07", "", 2),
    ("UTF-16", "openapi: 3.1.0".encode("utf-16"), "UTF-8", 1),
    ("UTF-16 without a mark", "openapi: 3.1.0".encode("utf-16-le"), "", 1),
    ("Windows-1252", "a: 1\nb: caf\xe9".encode("cp1252"), "UTF-8", 2),
    ("two documents", b"a: 1\n---\nb: 2", "more than one", 2),
    ("a key twice", b"a: 1\nb: 2\na: 3", "'a' stands twice", 3),
    ("a JSON key twice", b'{"a": 1,\n"a": 2}', "'a' stands twice", 2),
    ("a tab", b"a:\n\tb: 1", "", 2),
    ("a list as a key", b"? [a, b]\n: 1", "", 1),
    ("an alias as a key", b"a: &a x\n*a : 1", "", 2),
    ("a half JSON", b'{"a": [1, 2', "", 1),
    ("half a surrogate pair", b'{"a": "\\ud83d"}', "surrogate", 1),
    ("half a surrogate pair as a key", b'{"\\ud83d": 1}', "surrogate", 1),
]


@pytest.mark.parametrize(
    ("content", "words", "line"), [each[1:] for each in HOSTILE], ids=[each[0].replace(" ", "-") for each in HOSTILE]
)
def test_a_hostile_document_is_refused_in_one_sentence(content: bytes, words: str, line: int) -> None:
    error = refused(content)
    assert words in error.message
    assert isinstance(error.location, Location)
    assert error.location.line == line


def test_python_tags_build_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "made"
    tree = parse(f'a: !!python/object/apply:os.mkdir ["{mark}"]\n'.encode(), "d.yaml")
    assert not mark.exists()
    assert tree.value == {"a": [str(mark)]}


@pytest.mark.longer
def test_large_json_is_bounded_too() -> None:
    refused(b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b', "pad": "' + b"x" * 5_000_000 + b'"}')
    refused(b"[" + b"1," * 3_000_000 + b"1]")
    refused(b'{"a": 1, "a": 2, "pad": "' + b"x" * 5_000_000 + b'"}')


def test_many_digits_cost_nothing() -> None:
    with bounded():
        assert parse(b"a: " + b"9" * 1_000_000, "d").value == {"a": "9" * 1_000_000}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("2024-07-10", "2024-07-10"),
        ("1_000", "1_000"),
        ("0o17", 15),
        ("0x1F", 31),
        ("010", 10),
        ("+1", 1),
        ("-0", 0),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("12:30:45", "12:30:45"),
        ("~", None),
        ("NULL", None),
        ("", None),
        ("True", True),
        ("'1'", "1"),
        ('"true"', "true"),
        ("=", "="),
        ("v1", "v1"),
        ("1.2.3", "1.2.3"),
        ("!!str 1", "1"),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    found = parse(f"a: {text}\n".encode(), "d").value
    assert found == {"a": value}
    assert isinstance(found, dict)
    assert type(found["a"]) is type(value)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b"a: 1\r\nb:\r\n  - 2\r\n", {"a": 1, "b": [2]}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
        (b'{"\\ud83d\\ude00": [1, {"b": "\\u00e9"}]}', {"\U0001f600": [1, {"b": "\xe9"}]}),
        ("a: 温度".encode(), {"a": "温度"}),
        (b"--- {a: 1}\n...\n", {"a": 1}),
        (b"%YAML 1.2\n---\na: 1", {"a": 1}),
        (b'{\n\t"a":\t1\n}', {"a": 1}),
        (b'{"a\\/b": "\\/"}', {"a/b": "/"}),
        (b"a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}),
        (b"a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}", {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}}),
        (b"&k a: 1", {"a": 1}),
    ],
)
def test_what_people_really_write_is_read(content: bytes, value: object) -> None:
    assert parse(content, "d").value == value


def test_surrogate_pairs_keep_their_lines() -> None:
    tree = parse(b'{"a": "\\ud83d\\ude00",\n "b": {"c": 1}}', "d")
    assert isinstance(tree.value, dict)
    assert tree.lines[id(tree.value), "b"] == 2


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.longer
@given(
    value=st.dictionaries(st.text(max_size=6), VALUES, max_size=4),
    escape=st.booleans(),
    indent=st.sampled_from([None, 1]),
)
def test_every_json_object_is_read_as_json_reads_it(value: Any, escape: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=escape, indent=indent)
    if not escape and not all(each.isprintable() or each in "\n " for each in text):
        return
    assert parse(text.encode(), "d").value == json.loads(text)


@pytest.mark.longer
@given(value=st.dictionaries(st.text("abcdefgh:#-?! '\"", max_size=6), VALUES, max_size=4))
def test_dumped_yaml_comes_back(value: Any) -> None:
    text = yaml.dump(json.loads(json.dumps(value)), Dumper=_Dumper, allow_unicode=False)
    assert parse(text.encode(), "d").value == json.loads(json.dumps(value))


class _Dumper(yaml.SafeDumper):
    """Quotes every string, so that the words of YAML 1.1 don't matter."""


_Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


@given(content=st.binary(max_size=60) | st.text("{}[]:,-&*a1 \n\t\"'|>%#!?\\", max_size=60).map(str.encode))
def test_any_bytes_are_a_tree_or_one_located_sentence(content: bytes) -> None:
    try:
        parse(content, "d")
    except DocumentError as error:
        assert error.location is not None  # noqa: PT017 - both ways are right
        assert "\n" not in str(error)  # noqa: PT017 - as above


def test_places_and_lines_point_where_things_stand() -> None:
    tree = parse(b"a: 1\nb:\n  - x\n  - c/d: {e: 2}\n", "d")
    assert isinstance(tree.value, dict)
    inner: Any = tree.value["b"][1]  # type: ignore[index]
    assert tree.lines[id(tree.value), "b"] == 2
    assert tree.places[id(inner["c/d"])] == ("/b/1/c~1d", 4)


def test_files_that_are_none(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo.yaml"
    os.mkfifo(fifo)
    big = tmp_path / "big.yaml"
    with big.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    spaces = tmp_path / "spaces.yaml"
    spaces.write_bytes(b" " * 50_000_000)
    empty = tmp_path / "empty.yaml"
    empty.touch()
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    cases = [
        (tmp_path, "is a folder"),
        (fifo, "no regular file"),
        (Path("/dev/zero"), "no regular file"),
        (tmp_path / "no.yaml", "does not exist"),
        (big, "MB"),
        (spaces, "MB"),
        (empty, "empty"),
        (loop, ""),
        (tmp_path / ("x" * 300 + ".yaml"), ""),
        (tmp_path / "a\0b.yaml", ""),
    ]
    for path, words in cases:
        with bounded(), pytest.raises(DocumentError, match=words or None) as caught:
            load(path)
        assert "\n" not in str(caught.value)


def test_a_device_with_no_end_is_no_document() -> None:
    with pytest.raises(DocumentError, match="no regular file"):
        load("/dev/urandom")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x", "must be an object"),
        ("[1]", "must be an object"),
        ("a: 1", "no OpenAPI 3"),
        ("openapi: 3.1", "no OpenAPI 3"),
        ("openapi: [3]", "no OpenAPI 3"),
        ("swagger: '2.0'", "no 'paths'"),
        ("swagger: '1.2'", "of Swagger only 2.0 is read"),
        ("openapi: 2.0.0", "no OpenAPI 3"),
        (HEAD, "no 'paths'"),
        (HEAD + "paths: []", "'paths' must be an object"),
        (HEAD + "paths: 7", "'paths' must be"),
        ("openapi: 3.1.0\npaths: null", "'paths'"),
    ],
)
def test_what_is_no_openapi_says_so(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(DocumentError, match=words) as caught:
        load(path)
    assert caught.value.location is not None


def test_depth_is_counted_through_aliases(tmp_path: Path) -> None:
    lines = [f"a0: &a0 {'[' * 100}x{']' * 100}"]
    lines += [f"a{n}: &a{n} {'[' * 100}*a{n - 1}{']' * 100}" for n in range(1, 60)]
    path = tmp_path / "d.yaml"
    path.write_text(HEAD + "\n".join(lines), "utf-8")
    with pytest.raises(DocumentError, match=f"more than {MAX_DEPTH} levels"):
        load(path)


def test_an_unknown_family_is_the_users_mistake() -> None:
    with pytest.raises(UsageError, match="did you mean 'pai'"):
        load("pia")
