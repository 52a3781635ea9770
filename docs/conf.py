"""Sphinx's settings: `make docs` writes the pages to build/docs, links checked within them."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent

project = "techwire"
author = "the techwire contributors"
release = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
extensions = ["myst_parser"]
exclude_patterns = ["README.md"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
html_theme = "furo"
html_title = "techwire"
html_show_sphinx = False

man_pages = [("reference/commands", "techwire", "crawl and search tech news", author, 1)]
