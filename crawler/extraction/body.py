"""The article's text: lines of paragraphs, subheads, lists, quotes and tables."""

import logging
from typing import Any

import trafilatura

from crawler.extraction.parsing import Parsed
from crawler.extraction.titles import normal

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def find_body(parsed: Parsed, node: dict[str, Any], title: str) -> tuple[str, str]:
    """(text, where from); ("", "") when the markup holds none."""
    document = trafilatura.bare_extraction(
        parsed.tree, fast=True, include_comments=False, with_metadata=False
    )
    text = (document.text or "") if document is not None else ""
    lines = [line for line in (" ".join(line.split()) for line in text.split("\n")) if line]
    wanted = normal(title)
    for at in range(min(3, len(lines))):
        if normal(lines[at]) == wanted:
            del lines[at]
            break
    return "\n".join(lines), "trafilatura" if lines else ""
