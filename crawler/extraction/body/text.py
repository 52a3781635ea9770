"""The article's text: lines of paragraphs, subheads, lists, quotes and tables.

One pass over the page's blocks finds the story and what stands around it. Where much of the page's
prose would be left out, trafilatura's reading of the whole page is asked for and the larger wins;
what is suspiciously short is tried again from the page's embedded state as well.
"""

from dataclasses import dataclass, field
from typing import Any

from lxml import html

from crawler.errors import ExtractionError
from crawler.extraction.body import second
from crawler.extraction.body.blocks import Block, blocks_of, furniture_prose
from crawler.extraction.body.container import (
    are_entries,
    between,
    choose,
    is_list,
    listed_by_story,
    without_cards,
)
from crawler.extraction.body.lines import Hints, ends_loose, is_noise, once, story_of
from crawler.extraction.body.quality import Quality, judge
from crawler.extraction.body.witness import confirmed
from crawler.extraction.embedded import as_text, rescue
from crawler.extraction.listing import claims_to_be_article
from crawler.extraction.parsing import Parsed
from crawler.extraction.titles import normal
from crawler.formats.jsonld import text_of

MUCH_MORE = 1.5


@dataclass(frozen=True, slots=True)
class _Reading:
    """The story as the page's blocks tell it.

    outside: characters of prose on the page that are not in it. ends_loose: its last block is set
    unlike the others. blocks: all of the page's. teasers: ids of those that tell of other stories.
    """

    lines: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    teasers: frozenset[int] = frozenset()
    hints: Hints | None = None
    outside: int = 0
    ends_loose: bool = False

    def noise(self) -> set[str]:
        """Texts of the page that are no story's, in the form of `normal`."""
        if self.hints is None:
            return set()
        hints, teasers = self.hints, self.teasers
        none = [one for one in self.blocks if id(one) in teasers or is_noise(one, hints)]
        return {hints.title} | {normal(one.text) for one in none}


@dataclass(frozen=True, slots=True)
class Body:
    """text, source: "" when the page holds none. quality: None then."""

    text: str
    source: str
    quality: Quality | None


def find_body(
    parsed: Parsed, node: dict[str, Any], title: str, names: list[str], site_name: str | None
) -> Body:
    """The article's text, where it is from and how sure it is.

    Raises: ExtractionError "list-page".
    names: of authors, to know their bylines and biographies. site_name: to know its other stories.
    """
    own = _own_reading(parsed, node, title, names, site_name)
    lines, source = own.lines, "blocks"
    told = node.get("articleBody")
    body = as_text(told) if isinstance(told, str) else ""
    lines = confirmed(lines, body)
    if len("\n".join(lines)) < second.SHORT_CHARS:
        return _rescued(parsed, node, own, lines)
    others = [body] if len(body) >= second.SHORT_CHARS else []
    doubtful = own.ends_loose or second.is_wanted(lines, own.outside)
    if doubtful and parsed.text_chars <= second.MAX_CHARS:
        linked = {block.text for block in own.blocks if block.linked > 0.5 * len(block.text)}
        other = second.without(second.trafilatura_lines(parsed.tree, own.blocks), own.noise())
        if second.has_clearly_more(other, lines, linked):
            lines, source = other, "trafilatura"
        else:
            entries = (block.text for block in own.blocks if block.kind in ("li", "td"))
            lines = second.without_loose_end(lines, other, entries)
        others.append("\n".join(other if source == "blocks" else own.lines))
    text = "\n".join(lines)
    return Body(text, source, judge(text, others=others, outside=own.outside))


def _rescued(parsed: Parsed, node: dict[str, Any], own: _Reading, lines: list[str]) -> Body:
    """The text of a page whose markup holds hardly any: whoever finds much more."""
    text, source = "\n".join(lines), "blocks"
    found = [rescue(parsed, node)]
    if parsed.text_chars <= second.MAX_CHARS:
        whole = second.trafilatura_lines(parsed.tree, own.blocks, cascade=True)
        found.append(("\n".join(second.without(whole, own.noise())), "trafilatura"))
    for other, found_in in found:
        if len(other) > MUCH_MORE * max(len(text), 40):
            text, source = other, found_in
    if not text:
        return Body("", "", None)
    others = [other for other, found_in in found if found_in != source]
    if source != "blocks":
        others.append("\n".join(lines))
    shown = source in ("blocks", "trafilatura")
    return Body(text, source, judge(text, others=others, outside=own.outside, shown=shown))


def _own_reading(
    parsed: Parsed, node: dict[str, Any], title: str, names: list[str], site_name: str | None
) -> _Reading:
    root = parsed.tree.find("body")
    if root is None:
        return _Reading()
    blocks, furniture = blocks_of(root)
    listed = listed_by_story(blocks, parsed.url)
    told = without_cards(blocks, listed)
    if len(told) < len(blocks) and is_list(blocks):
        if are_entries(blocks, parsed.url):
            told = blocks
        elif not claims_to_be_article(parsed, node):
            raise ExtractionError("list-page", "titles of many stories")
    chosen = choose(root, told, title)
    description = text_of(parsed.meta("og:description", "description"))
    hints = Hints(
        title=normal(title),
        names=tuple(map(normal, names)),
        site=normal(site_name or ""),
        description=frozenset(normal(description or text_of(node.get("description"))).split()),
        captions=_captions(root),
        listed=listed,
    )
    story = story_of(chosen, between(blocks, chosen, title), hints)
    kept = {id(block) for block in story}
    return _Reading(
        lines=once(story),
        ends_loose=ends_loose(story),
        blocks=blocks,
        teasers=frozenset({id(block) for block in blocks} - {id(block) for block in told}),
        hints=hints,
        outside=furniture_prose(furniture)
        + sum(len(one.text) - one.linked for one in told if one.good and id(one) not in kept),
    )


def _captions(root: html.HtmlElement) -> frozenset[str]:
    found = {" ".join(caption.text_content().split()) for caption in root.iter("figcaption")}
    for image in root.iter("img"):
        for name in ("alt", "title"):
            if len(text := image.get(name) or "") > 20:
                found.add(" ".join(text.split()))
    return frozenset(found)
