"""Which options belong together, in the order in which somebody looks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

OPTION_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "What is tested": (
        "url",
        "app",
        "include",
        "exclude",
        "set",
        "infer",
        "overlay",
        "allow-refs",
        "allow-remote-refs",
    ),
    "Keys": (
        "token-env",
        "header",
        "auth",
        "login",
        "csrf",
        "token-command",
        "token-url",
        "oauth-client-env",
        "readonly-token-env",
        "revoked-token-env",
    ),
    "What may be sent": ("allow-writes", "allow-destructive", "check-rate-limits"),
    "How much and how long": ("fuzz-time", "max-time", "max-requests", "timeout", "max-bytes", "workers", "seed"),
    "What fails": (
        "strict",
        "fail-on",
        "min-coverage",
        "allow-incomplete",
        "baseline",
        "update-baseline",
    ),
    "Results": ("report", "run", "history", "open", "quiet", "verbose"),
    "Configuration": ("config", "profile", "show-config"),
}
"""Names of options by the heading under which a help text lists them; what is in none is listed last."""


def grouped(names: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the headings with those of the names that belong under each; the rest comes last, without a heading."""
    left = dict.fromkeys(names)
    for heading, members in OPTION_GROUPS.items():
        if found := tuple(each for each in members if each in left):
            yield heading, found
        for each in found:
            del left[each]
    if left:
        yield "", tuple(left)
