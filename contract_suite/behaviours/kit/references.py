"""URI references that a server sends (`Location`, `Link`), as requests below the base URL."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit


def target_of(base_url: str, target: str, reference: str) -> str | None:
    """Return where a reference leads, seen from the request `target`, as a target below the base URL.

    `None` if it leads to another origin, out of the base path, or nowhere: such places are not asked.
    """
    try:
        base = urlsplit(base_url)
        found = urlsplit(urljoin(base_url.rstrip("/") + target, reference.strip()))
        same = (found.scheme, found.hostname, found.port) == (base.scheme, base.hostname, base.port)
    except ValueError:
        return None
    prefix = base.path.rstrip("/")
    if not same or not found.path.startswith(f"{prefix}/") or not found.path.isascii() or not found.query.isascii():
        return None
    return found.path.removeprefix(prefix) + (f"?{found.query}" if found.query else "")
