"""How the documentation site is built: Markdown pages by hand, and a reference written from the program itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import contract_suite  # noqa: E402 - the project's folder comes first
from docs.generated_pages import write_pages  # noqa: E402 - as above

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "contract-suite"
author = "the contract-suite maintainers"
copyright = author  # noqa: A001 - the name is Sphinx's
release = version = contract_suite.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_click", "sphinx_copybutton"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "contract-suite"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}
copybutton_prompt_text = "$ "  # of a console block, commands alone are copied
copybutton_only_copy_prompt_lines = True

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing_outside"]

autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True}
nitpicky = False


def setup(app: Sphinx) -> None:
    """Write the pages that are made of the program and of the project's own files before any page is read."""
    app.connect("builder-inited", lambda _app: write_pages(HERE))
