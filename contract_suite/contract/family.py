"""Families: folders under `specs/` with a document and what stands beside it; and any other document by its path."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import SplitResult, urldefrag, urlsplit

from contract_suite.contract.document import Library, Node, Retrieve
from contract_suite.contract.errata import read_errata
from contract_suite.contract.loading import parse, read_bytes
from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.contract.operation import Contract
from contract_suite.contract.overlay import overlaid
from contract_suite.contract.reading import open_document, read_contract
from contract_suite.errors import DocumentError, UsageError
from contract_suite.known_secrets import without_user_info
from contract_suite.model.json import JSON
from contract_suite.model.location import Location


@cache
def specs_root() -> Path:
    """Return the folder of the families: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "specs"
    return inside if inside.is_dir() else package.parent / "specs"


def families() -> tuple[str, ...]:
    """Names of the families that come with the package, sorted."""
    root = specs_root()
    return tuple(sorted(each.parent.name for each in root.glob("*/family.toml"))) if root.is_dir() else ()


def is_url(name: str) -> bool:
    """Whether a document is named by an http(s) URL."""
    return name.lower().startswith(("http://", "https://"))


def load(
    name: str | Path,
    *,
    retrieve: Retrieve | None = None,
    remote_references: bool = True,
    overlays: Sequence[Path] = (),
    folders: Iterable[Path] = (),
) -> Contract:
    """Load a contract by family name (`pai`), by the path of an OpenAPI document, or by its URL.

    Raises `UsageError` for a name that is none of these, `DocumentError` for a document that can't be used. Documents
    and `$ref`s elsewhere need `retrieve`; without `remote_references` it gets those to a document's own server only.
    `$ref`s of a file stay in its folder, and in `folders`. `overlays` are files of OpenAPI Overlays that are applied in
    their order.
    """
    text = str(name)
    if is_url(text):
        return _load_url(text, retrieve, overlays, remote_references=remote_references)
    if text in families():
        return _load_family(specs_root() / text, retrieve, overlays)
    path = Path(text)
    if _is_file(path / "family.toml"):
        return _load_family(path, retrieve, overlays)
    if not os.path.lexists(text) and "/" not in text and "." not in text:
        raise UsageError(f"there is no family {text!r} and no such file{did_you_mean(text, families())}")
    if path.name == "openapi.yaml" and _is_file(path.parent / "family.toml"):
        return _load_family(path.parent, retrieve, overlays)
    document = open_document(path, shown=text, retrieve=retrieve, folders=folders)
    return read_contract(overlaid(document, overlays))


def _load_url(url: str, retrieve: Retrieve | None, overlays: Sequence[Path], *, remote_references: bool) -> Contract:
    if retrieve is None:
        raise UsageError(f"{url} is a URL, and nothing is fetched here; save the document and name the file")
    try:
        parts = urlsplit(url)
    except ValueError:
        named = without_user_info(url)
        raise UsageError(f"{named!r} is no URL: what stands in the place of its host can be none") from None
    shown = f"{parts.scheme}://{parts.netloc}{parts.path}"  # what stands behind a question mark may be a secret

    def near(uri: str) -> bytes:
        there = urlsplit(uri)
        if not remote_references and (there.scheme, there.netloc) != (parts.scheme, parts.netloc):
            raise DocumentError(
                f"the remote reference {uri!r} is not followed; only those to the document's own server are, "
                "unless remote references are allowed"
            )
        return retrieve(uri)

    root = Library(near).read(retrieve(url), shown, uri=urldefrag(url).url)
    return read_contract(overlaid(root, overlays), name=_name_of(parts))


def _name_of(parts: SplitResult) -> str:
    return PurePosixPath(parts.path).stem or parts.hostname or "document"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long, or with a NUL
        return False


def _load_family(folder: Path, retrieve: Retrieve | None, overlays: Sequence[Path]) -> Contract:
    manifest = _manifest(folder / "family.toml")
    inside = folder.resolve().is_relative_to(specs_root())
    shown = f"specs/{folder.name}" if inside else str(folder)
    document = str(manifest.get("document", "openapi.yaml"))
    root = open_document(folder / document, shown=f"{shown}/{document}", retrieve=retrieve)
    return read_contract(
        overlaid(root, overlays),
        name=str(manifest.get("name", folder.name)),
        values=dict(manifest.get("values", {})),
        token_env=str(manifest.get("token_env", "")),
        errata=tuple(read_errata(_beside(folder / "errata.yaml", shown), f"{shown}/errata.yaml")),
        seed=_beside(folder / "seed.yaml", shown),
    )


def _manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DocumentError(
            f"the manifest can't be read: {error}", Location(file=str(path), line=1, pointer="")
        ) from None
    for key, kind in _MANIFEST.items():
        if key in manifest and not isinstance(manifest[key], kind):
            wanted = "a table" if kind is dict else "a string"
            raise DocumentError(
                f"{key!r} of the manifest must be {wanted}", Location(file=str(path), line=1, pointer=f"/{key}")
            )
    return manifest


_MANIFEST: Final[dict[str, type]] = {"name": str, "document": str, "token_env": str, "values": dict}


def _beside(path: Path, shown: str) -> JSON:
    """Parse a YAML file that stands beside a document, if it is there."""
    name = f"{shown}/{path.name}"
    return parse(read_bytes(path, name), name).value if path.is_file() else None


def node_of(contract: Contract) -> Node:
    """The root node of a contract that was read from a document."""
    if contract.root is None:
        raise DocumentError("the contract was not read from a document")
    return contract.root
