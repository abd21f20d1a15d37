"""Sphinx configuration: MyST pages, the furo theme, nothing executed while building."""

from importlib import metadata

project = "Qantar"
author = "The Qantar authors"
copyright = "2026, the Qantar authors"  # noqa: A001  the name is Sphinx's
try:
    release = metadata.version("qantar")
except metadata.PackageNotFoundError:
    release = "not installed"

extensions = ["myst_parser", "sphinx.ext.mathjax"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "_generate.py"]
root_doc = "index"

myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]

html_theme = "furo"
html_title = f"Qantar {release}"
html_static_path: list[str] = []
