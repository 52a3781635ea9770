"""The article's text: lines of paragraphs, subheads, lists, quotes and tables."""

from typing import Any

from lxml import html

from crawler.extraction.authors import find_authors
from crawler.extraction.blocks import blocks_of
from crawler.extraction.container import between, choose
from crawler.extraction.embedded import as_text
from crawler.extraction.jsonld import text_of
from crawler.extraction.lines import lines_of
from crawler.extraction.parsing import Parsed
from crawler.extraction.witness import confirmed


def find_body(parsed: Parsed, node: dict[str, Any], title: str, site_name: str | None = None) -> tuple[str, str]:
    """(text, where from); ("", "") when the markup holds none."""
    root = parsed.tree.find("body")
    if root is None:
        return "", ""
    blocks = blocks_of(root)
    chosen = choose(root, blocks, title)
    head = between(blocks, chosen, title)
    description = text_of(parsed.meta("og:description", "description") or "") or text_of(node.get("description"))
    authors, _, _ = find_authors(parsed, node, None)
    lines = lines_of(chosen, head, title, authors, description, _captions(root), site_name)
    body = node.get("articleBody")
    if isinstance(body, str):
        lines = confirmed(lines, as_text(body))
    return "\n".join(lines), "blocks" if lines else ""


def _captions(root: html.HtmlElement) -> set[str]:
    found = {" ".join(caption.text_content().split()) for caption in root.iter("figcaption")}
    for image in root.iter("img"):
        for name in ("alt", "title"):
            if len(text := image.get(name) or "") > 20:
                found.add(" ".join(text.split()))
    return found
