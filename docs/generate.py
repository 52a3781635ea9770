"""Writes docs/reference from the program itself: commands, settings, fields.

`make docs` runs it before Sphinx; tests/test_website.py fails while a page is behind the program.
"""

import html
import re
from dataclasses import fields
from inspect import cleandoc
from pathlib import Path
from typing import Any

import typer
from typer.cli import get_docs_for_click

from crawler.cli import main as cli
from indexer.document import Document
from indexer.search.index_settings import FACETS, IDENTITIES, RANGES, SEARCHABLE, SORTABLE

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"
SETTING = re.compile(r"#?([A-Z_]+)=(.*)")


def commands() -> str:
    """Every command with its arguments and options."""
    command = typer.main.get_command(cli.app)
    context = typer.Context(command, info_name="techwire")
    text = get_docs_for_click(obj=command, ctx=context, name="techwire", title="Commands")
    return html.unescape(text).rstrip() + "\n"


def settings() -> str:
    """Every setting of .env with what it does and an example."""
    parts = [
        "# Settings",
        "Read from `.env` in the folder where techwire runs, or from the environment, which wins. "
        "All are optional. `techwire doctor` tells what it found.",
    ]
    words: list[str] = []
    named = False  # what these words are about: a line of words after it begins another matter
    for line in (ROOT / ".env.example").read_text().splitlines():
        setting = SETTING.fullmatch(line)
        if setting:
            example = f"Such as `{setting[2]}`." if setting[2] else ""
            parts += [f"## {setting[1]}", " ".join([*words, example]).strip()]
            named = True
        elif line.startswith("# "):
            words = [] if named else words
            named = False
            words.append(line.removeprefix("# "))
        else:
            words = []
    return "\n\n".join(parts) + "\n"


def document_fields() -> str:
    """Every field of a document: its meaning, and what can be done with it."""
    rows = ["| Field | Type | Searched | Facet | By range | Sorted by |", "|---" * 6 + "|"]
    for item in fields(Document):
        name = "_geo" if item.name == "geo" else item.name
        uses = (
            name in SEARCHABLE,
            any(pattern == name or pattern.startswith(f"{name}.") for pattern in FACETS),
            name in RANGES,
            name in (*SORTABLE, "_geo"),
        )
        kind = item.type if isinstance(item.type, str) else _written(item.type)
        cells = (f"`{name}`", kind, *("yes" if use else "" for use in uses))
        rows.append("| " + " | ".join(cells) + " |")
    filtered = ", ".join(f"`{name}`" for name in IDENTITIES)
    parts = (
        "# Fields of a document",
        "```text\n" + cleandoc(Document.__doc__ or "") + "\n```",
        "\n".join(rows),
        f"Filtered by equality, and no facets: {filtered}.",
        "Within `_geo` a radius or a box filters.",
    )
    return "\n\n".join(parts) + "\n"


def _written(kind: Any) -> str:
    if isinstance(kind, type) and not hasattr(kind, "__args__"):
        return kind.__name__
    return str(kind).replace("typing.", "").replace(" | ", " or ")


PAGES = {"commands.md": commands, "settings.md": settings, "fields.md": document_fields}


def main() -> None:
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page())


if __name__ == "__main__":
    main()
