"""The page's template with its style and script, and what any text goes through before it is shown."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final
from urllib.parse import quote

from jinja2 import BaseLoader, Environment, StrictUndefined, Template
from markupsafe import Markup

from contract_suite.report.coverage import Tally
from contract_suite.report.page import charts
from contract_suite.report.page.compiled import CompiledBesidePackage
from contract_suite.report.page.findings import cut
from contract_suite.report.plain import visible
from contract_suite.report.summary import STATUSES, Status

NAMES: Final[Mapping[Status, str]] = {
    "passed": "passed",
    "failed": "failed",
    "advisory": "advisory",
    "cannot_tell": "cannot tell",
    "inapplicable": "inapplicable",
    "untested": "untested",
}
"""What each status is called, in the order in which they are shown."""

SIGNS: Final[Mapping[Status, str]] = {
    "passed": "✓",
    "failed": "✕",
    "advisory": "!",
    "cannot_tell": "?",
    "inapplicable": "-",
    "untested": "○",
}
"""A sign for each status, so that colour is never the only difference."""

_LONGEST_LINK: Final = 200


def anchor(kind: str, *names: str) -> str:
    """An id that a link can name: no white space, nothing that doesn't print."""
    return f"{kind}-{'::'.join(_SPACE.sub('_', visible(name, limit=_LONGEST_LINK)) for name in names if name)}"


_SPACE: Final = re.compile(r"\s")


def _link(anchor: str) -> str:
    return "#" + quote(anchor, safe="-._~!$&()*+,;=:@/?")


def _shown(value: object) -> object:
    """What any expression of the template goes through before it is escaped."""
    if isinstance(value, Markup):
        return value
    return visible(value) if isinstance(value, str) else value


def _percent(tally: Tally) -> str:
    """A share in whole percent that says 100 and 0 only where it is all or nothing."""
    if not tally.total:
        return "-"
    share = tally.share * 100
    return f"{min(max(round(share), 1 if tally.proven else 0), 100 if tally.proven == tally.total else 99)}%"


def _plural(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


@cache
def page_template() -> Template:
    """Return the template, read once."""
    environment = Environment(
        loader=_Own(),
        bytecode_cache=CompiledBesidePackage(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        keep_trailing_newline=True,
        optimized=False,  # there are no constants to fold, and looking for them takes a fifth of the time
    )
    environment.filters |= {
        "anchor": anchor,
        "breakable": _breakable,
        "link": _link,
        "percent": _percent,
        "cut": cut,
        "duration": charts.duration,
        "plural": _plural,
    }
    environment.globals |= {
        "anchor": anchor,
        "link": _link,
        "names": NAMES,
        "signs": SIGNS,
        "statuses": STATUSES,
        "charts": charts,
        "plural": _plural,
    }
    return environment.get_template("page.html")


_ENDS_OF_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[_/.:-])(?=\w)")


def _breakable(name: str) -> Markup:
    """A name that a narrow column breaks between its words: `CreateThing` before the T, `get_thing` behind the _."""
    return Markup("<wbr>").join(_ENDS_OF_WORDS.split(name))


class _Own(BaseLoader):
    """Loads templates of this package, from a folder or an archive."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, None]:  # noqa: ARG002 - the signature is Jinja's
        """Return the text of a template."""
        return asset(template), None, None


@cache
def asset(name: str) -> str:
    """Return a file of the page as text."""
    return files("contract_suite.report").joinpath("page", name).read_text("utf-8")


def policy_hash(text: str) -> str:
    """What a Content-Security-Policy calls a script or style that it allows."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
