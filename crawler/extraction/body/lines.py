"""From the article's blocks to its lines, without what is not the story.

Head: headline, byline, dates. Tail: related stories, sign-up boxes, agency and copyright lines,
the author's biography. In between: captions, adverts, links to other stories. The phrases that
tell them stand in `phrases.toml`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.extraction.body.blocks import Block
from crawler.extraction.phrases import anywhere, whole_line
from crawler.extraction.titles import normal

BOX_LINE_CHARS = 200  # a longer one tells something
BOX_CHARS = 1_800  # a box to skip as a whole is never longer
HEAD_BLOCKS = 8  # more short blocks before the first paragraph are a text of short lines
MUCH_BEHIND = 600  # characters, of what is no noise, behind a label
GOES_ON = 8  # blocks after a label among which the story may go on
TAIL_FROM = 0.35  # of the text must come before a label may end it

_SENTENCE = re.compile(r"[.!?…:;。！？：」』”\"'’»)\]।؟]\s*$")
_DATED = re.compile(r"\d{1,2}[.:]\d{2}\b|\b(?:19|20)\d{2}\b|\d\s?(?:min|h|hours?|minutes?)\b", re.I)
_STANDFIRST_CLASS = re.compile(
    r"(?:^|[\s_-])(?:stand-?first|sub-?title|sub-?head(?:line)?|deck|dek|lead|lede|intro|excerpt|"
    r"abstract|summary|vorspann|teaser-?text|chapo|bajada|sommario|ingress|entradilla)",
    re.I,
)
_FOLLOWS = whole_line("stories_follow")
_NEVER = whole_line("never_text")
_SIGNUP = anywhere("signup")
_BOX = anywhere("box")


@dataclass(frozen=True, slots=True)
class Hints:
    """What the page says of itself elsewhere, in the form `normal` gives.

    description: the page's own summary, which tells the standfirst. captions: texts of pictures, as
    they are written. listed: ids of blocks whose links the story itself lists.
    """

    title: str
    names: tuple[str, ...]
    site: str
    description: frozenset[str]
    captions: frozenset[str]
    listed: frozenset[int] = frozenset()


def story_of(blocks: list[Block], head: list[Block], hints: Hints) -> list[Block]:
    """The blocks that are the story, in order.

    head: blocks between headline and text, where a standfirst may stand.
    """
    kept = [block for block in _without_boxes(blocks) if not is_noise(block, hints)]
    kept = _without_tail(_without_head(kept, hints), hints)
    return [*_standfirst(head, hints), *kept]


def _without_boxes(blocks: list[Block]) -> list[Block]:
    """Drop whole boxes by one telling line: summaries made by a machine, offers to subscribe."""
    total = sum(len(block.text) for block in blocks)
    inside: set[int] = set()
    for block in blocks:
        if len(block.text) > BOX_LINE_CHARS or not _BOX.search(block.text):
            continue
        box = block.element
        for element in block.element.iterancestors():
            size = len(" ".join(element.text_content().split()))
            if size > BOX_CHARS or size > 0.4 * total:
                break
            box = element
        inside.update(id(element) for element in box.iter())
    return [block for block in blocks if id(block.element) not in inside] if inside else blocks


def is_noise(block: Block, hints: Hints) -> bool:
    text, size = block.text, len(block.text)
    if size <= 2 and block.kind in ("p", "div"):
        return True  # share buttons
    if size < 90 and normal(text) in hints.names:
        return True
    if block.linked > 0.6 * size and size < 250 and id(block) not in hints.listed:
        return not (block.kind == "p" and size > 120 and _SENTENCE.search(text))
    if size < 600 and _NEVER.match(text):
        return True
    if size < 400 and block.kind != "h" and _SIGNUP.search(text):
        return True
    return size < 500 and text in hints.captions


def _without_head(blocks: list[Block], hints: Hints) -> list[Block]:
    """Drop headline, kicker, byline and date lines before the first real paragraph."""
    first = next((at for at, block in enumerate(blocks) if _is_story(block, hints)), 0)
    before = blocks[:first]
    rest = [block for block in blocks[first:] if normal(block.text) != hints.title]
    size = sum(len(block.text) for block in before)
    if len(before) > HEAD_BLOCKS and size > 0.15 * (size + sum(len(block.text) for block in rest)):
        return [block for block in blocks if normal(block.text) != hints.title]
    opening = first
    while opening and blocks[opening - 1].kind == "h":
        opening -= 1
    subheads = [block for block in blocks[opening:first] if normal(block.text) != hints.title]
    before = [block for block in blocks[:opening] if _belongs_before(block, hints)]
    return before + subheads + rest


def _is_story(block: Block, hints: Hints) -> bool:
    return block.good and not _about_time_or_author(block.text, hints.names)


def _belongs_before(block: Block, hints: Hints) -> bool:
    text = normal(block.text)
    if hints.title and hints.title in text and len(text) < 2 * len(hints.title):
        return False
    if len(block.text) < 40 or not _SENTENCE.search(block.text):
        return False
    return not _about_time_or_author(block.text, hints.names)


def _about_time_or_author(text: str, names: Iterable[str]) -> bool:
    if len(text) > 140:
        return False
    folded = normal(text)
    if any(name and name in folded for name in names):
        return True
    return len(text) < 80 and bool(_DATED.search(text)) and not re.search(r"[.!?。]\s*$", text)


def _without_tail(blocks: list[Block], hints: Hints) -> list[Block]:
    """Cut where other stories, comments or boxes begin, then loose ends."""
    total = sum(len(block.text) for block in blocks)
    seen = 0
    for at, block in enumerate(blocks):
        label = (
            len(block.text) < 100 and block.kind != "td" and _begins_others(block.text, hints.site)
        )
        if label and seen >= TAIL_FROM * total and not _story_goes_on(blocks, at, hints.site):
            blocks = blocks[:at]
            break
        seen += len(block.text)
    end = len(blocks)
    while end and _loose_end(blocks[end - 1], hints.names):
        end -= 1
    return [block for at, block in enumerate(blocks[:end]) if not (at and _is_label(block))]


def _begins_others(text: str, site: str) -> bool:
    """ "Related stories", or the site's own name as in "More TechCrunch"."""
    label = normal(text)
    return _is_more_of(label, site) or _FOLLOWS.match(text)


def _is_more_of(label: str, site: str) -> bool:
    return bool(site) and label != site and label.endswith(site) and len(label) < len(site) + 25


def _is_label(block: Block) -> bool:
    return block.kind not in ("h", "td") and len(block.text) < 60 and _FOLLOWS.match(block.text)


def _story_goes_on(blocks: list[Block], at: int, site: str) -> bool:
    """What looked like a label is a subhead or a link box.

    Paragraphs set as earlier ones are follow it, or long lists or tables with few links: notes,
    sources, data; unless the label names the site, whose other stories may follow.
    """
    behind = blocks[at + 1 :]
    size = sum(len(one.text) for one in behind)
    entries = sum(len(one.text) - one.linked for one in behind if one.kind in ("li", "td"))
    if (
        size > MUCH_BEHIND
        and entries > 0.5 * size
        and not _is_more_of(normal(blocks[at].text), site)
    ):
        return True
    earlier = {_setting(block) for block in blocks[:at] if block.good}
    return any(block.good and _setting(block) in earlier for block in blocks[at + 1 : at + GOES_ON])


def _setting(block: Block) -> tuple[str, str, str | None]:
    around = block.element.getparent()
    if around is None:
        return block.element.tag, "", None
    return block.element.tag, around.tag, around.get("class")


def ends_loose(story: list[Block]) -> bool:
    """Whether the last block is no entry of a list, and set unlike every paragraph before it."""
    if len(story) < 2 or story[-1].kind in ("li", "td"):
        return False
    return _setting(story[-1]) not in {_setting(block) for block in story[:-1] if block.good}


def _loose_end(block: Block, names: Iterable[str]) -> bool:
    if block.kind == "h":
        return True
    folded = normal(block.text[:80])
    return len(block.text) < 700 and any(len(name) > 5 and name in folded for name in names)


def _standfirst(head: list[Block], hints: Hints) -> list[Block]:
    """The paragraph between headline and text that sums the story up, and what stands by it."""
    found: list[Block] = []
    for block in head:
        size = len(block.text)
        whole = bool(_SENTENCE.search(block.text)) and size > 15 and not block.linked
        if found and found[-1].good and whole:
            found.append(block)
            continue
        if size < 30 or block.linked > 0.3 * size or _NEVER.match(block.text):
            continue
        words = set(normal(block.text).split())
        same = len(words & hints.description) > 0.7 * len(words)
        prose = block.good and block.linked < 0.1 * size
        if normal(block.text) == hints.title:
            continue
        if same or not _about_time_or_author(block.text, hints.names):
            named = _STANDFIRST_CLASS.search(_class_chain(block))
            if (same and size >= 40) or prose or named:
                found.append(block)
    return found


def _class_chain(block: Block) -> str:
    around = [block.element, *list(block.element.iterancestors())[:2]]
    return " ".join(
        element.get(name) or "" for element in around for name in ("class", "id", "itemprop")
    )


def once(blocks: Iterable[Block]) -> list[str]:
    """The blocks' texts without long ones said before (captions and pull quotes repeat).

    Two lists or tables may well have an entry in common.
    """
    seen: set[str] = set()
    kept = []
    for block in blocks:
        if len(block.text) > 40 and block.text in seen and block.kind not in ("li", "td"):
            continue
        seen.add(block.text)
        kept.append(block.text)
    return kept
