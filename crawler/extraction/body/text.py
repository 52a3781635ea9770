"""The article's text: lines of paragraphs, subheads, lists, quotes and tables.

A first pass over the page's blocks finds the story and what stands around it; trafilatura extracts
the text from the story's part. What is suspiciously short is tried again from the page's embedded
state and by trafilatura's whole cascade over the page.
"""

from typing import Any

from lxml import html

from crawler.errors import ExtractionError
from crawler.extraction.body.blocks import blocks_of
from crawler.extraction.body.container import between, choose, is_list
from crawler.extraction.body.lines import Hints, once, story_of
from crawler.extraction.body.prepared import MAX_CASCADE_CHARS, prepared_lines, trafilatura_lines
from crawler.extraction.body.witness import confirmed
from crawler.extraction.embedded import as_text, rescue
from crawler.extraction.parsing import Parsed
from crawler.extraction.titles import normal
from crawler.formats.jsonld import text_of

SHORT_CHARS = 350  # a complete article is hardly ever shorter
MUCH_MORE = 1.5
MIN_FOUND = 0.7  # of the story's characters; a part of odd markup where trafilatura finds less


def find_body(
    parsed: Parsed, node: dict[str, Any], title: str, names: list[str], site_name: str | None
) -> tuple[str, str]:
    """(text, where from); ("", "") when the page holds none.

    Raises: ExtractionError "list-page".
    names: of authors, to know their bylines and biographies. site_name: to know its other stories.
    """
    lines, source = _prepared(parsed, node, title, names, site_name)
    body = node.get("articleBody")
    if isinstance(body, str):
        lines = confirmed(lines, as_text(body))
    text = "\n".join(lines)
    if len(text) < SHORT_CHARS:
        for found, found_in in (rescue(parsed, node), _by_cascade(parsed, title)):
            if len(found) > MUCH_MORE * max(len(text), 40):
                text, source = found, found_in
    return text, source if text else ""


def _prepared(
    parsed: Parsed, node: dict[str, Any], title: str, names: list[str], site_name: str | None
) -> tuple[list[str], str]:
    root = parsed.tree.find("body")
    if root is None:
        return [], ""
    blocks, furniture = blocks_of(root)
    if not node and parsed.meta("og:type") != "article" and is_list(blocks):
        raise ExtractionError("list-page", "titles of many stories")
    chosen = choose(root, blocks, title)
    description = text_of(parsed.meta("og:description", "description"))
    hints = Hints(
        title=normal(title),
        names=tuple(map(normal, names)),
        site=normal(site_name or ""),
        description=frozenset(normal(description or text_of(node.get("description"))).split()),
        captions=_captions(root),
    )
    story = story_of(chosen, between(blocks, chosen, title), hints)
    kept = {block.element for block in story}
    others = [block for block in blocks if block.element not in kept]
    dropped = {normal(block.text) for block in blocks} - {normal(one.text) for one in story}
    dropped.add(hints.title)
    lines = prepared_lines(story, [*furniture, *(block.element for block in others)])
    items = {block.text for block in story if block.kind == "li"}
    lines = [bare if (bare := line.removeprefix("- ")) in items else line for line in lines]
    lines = once(line for line in lines if normal(line) not in dropped)
    own = once(block.text for block in story)
    if sum(map(len, lines)) < MIN_FOUND * sum(map(len, own)):
        return own, "blocks"
    return lines, "trafilatura:story"


def _by_cascade(parsed: Parsed, title: str) -> tuple[str, str]:
    if parsed.text_chars > MAX_CASCADE_CHARS:
        return "", ""
    wanted = normal(title)
    lines = trafilatura_lines(parsed.tree, whole_page=True)
    return "\n".join(line for line in lines if normal(line) != wanted), "trafilatura:page"


def _captions(root: html.HtmlElement) -> frozenset[str]:
    found = {" ".join(caption.text_content().split()) for caption in root.iter("figcaption")}
    for image in root.iter("img"):
        for name in ("alt", "title"):
            if len(text := image.get(name) or "") > 20:
                found.add(" ".join(text.split()))
    return frozenset(found)
