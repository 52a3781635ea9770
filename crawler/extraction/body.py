"""The article's text: lines of paragraphs, subheads, lists, quotes and tables.

The page's own blocks first. What is suspiciously short is tried again from the page's embedded
state and by trafilatura's cascade over the same tree.
"""

import logging
from typing import Any

import trafilatura
from lxml import html

from crawler.errors import ExtractionError
from crawler.extraction.blocks import blocks_of
from crawler.extraction.container import between, choose, is_list
from crawler.extraction.embedded import as_text, rescue
from crawler.extraction.jsonld import text_of
from crawler.extraction.lines import Hints, lines_of
from crawler.extraction.parsing import Parsed
from crawler.extraction.titles import normal
from crawler.extraction.witness import confirmed

SHORT_CHARS = 350  # a complete article is hardly ever shorter
MUCH_MORE = 1.5
MAX_CASCADE_CHARS = 400_000  # trafilatura takes seconds over larger pages

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def find_body(
    parsed: Parsed, node: dict[str, Any], title: str, names: list[str], site_name: str | None
) -> tuple[str, str]:
    """(text, where from); ("", "") when the page holds none.

    Raises: ExtractionError "list-page".
    names: of authors, to know their bylines and biographies. site_name: to know its other stories.
    """
    text, source = _from_blocks(parsed, node, title, names, site_name), "blocks"
    if len(text) < SHORT_CHARS:
        for found, found_in in (rescue(parsed, node), _by_trafilatura(parsed, title)):
            if len(found) > MUCH_MORE * max(len(text), 40):
                text, source = found, found_in
    return text, source if text else ""


def _from_blocks(
    parsed: Parsed, node: dict[str, Any], title: str, names: list[str], site_name: str | None
) -> str:
    root = parsed.tree.find("body")
    if root is None:
        return ""
    blocks = blocks_of(root)
    if not node and parsed.meta("og:type") != "article" and is_list(blocks):
        raise ExtractionError("list-page", "titles of many stories")
    chosen = choose(root, blocks, title)
    head = between(blocks, chosen, title)
    description = text_of(parsed.meta("og:description", "description"))
    hints = Hints(
        title=normal(title),
        names=tuple(map(normal, names)),
        site=normal(site_name or ""),
        description=frozenset(normal(description or text_of(node.get("description"))).split()),
        captions=_captions(root),
    )
    lines = lines_of(chosen, head, hints)
    body = node.get("articleBody")
    if isinstance(body, str):
        lines = confirmed(lines, as_text(body))
    return "\n".join(lines)


def _by_trafilatura(parsed: Parsed, title: str) -> tuple[str, str]:
    if parsed.text_chars > MAX_CASCADE_CHARS:
        return "", ""
    document = trafilatura.bare_extraction(
        parsed.tree, include_comments=False, with_metadata=False, favor_precision=True
    )
    text = getattr(document, "text", None) or ""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    wanted = normal(title)
    return "\n".join(line for line in lines if line and normal(line) != wanted), "trafilatura"


def _captions(root: html.HtmlElement) -> frozenset[str]:
    found = {" ".join(caption.text_content().split()) for caption in root.iter("figcaption")}
    for image in root.iter("img"):
        for name in ("alt", "title"):
            if len(text := image.get(name) or "") > 20:
                found.add(" ".join(text.split()))
    return frozenset(found)
