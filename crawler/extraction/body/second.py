"""A second opinion on the text: trafilatura's reading of the whole page, and when it wins.

It is asked where the own reading is short or leaves much prose of the page outside, and it wins
where it has clearly more of what only a story has: long lines without links. Measured on 437 pages
of other publishers: a quarter of them is asked about.
"""

import logging
from collections.abc import Iterable

import trafilatura
from lxml import html
from trafilatura.settings import Extractor

from crawler.extraction.body.blocks import Block
from crawler.extraction.body.tokens import runs, share, tokens
from crawler.extraction.titles import normal

MAX_CHARS = 400_000  # of a page; trafilatura takes seconds over larger ones
SHORT_CHARS = 350  # a complete article is hardly ever shorter
OUTSIDE = 0.2  # of the own text's length must stand outside of it as prose
MUCH_LARGER = 0.9  # of the larger text's words the smaller one has at most
SAME_STORY = 0.5  # of the smaller text's words must stand in the larger one
MORE_PROSE = 0.2  # of the larger text must be prose that the smaller one lacks
SAME_LINE = 0.5  # of a line's runs of words
MOSTLY_SAME = 0.6  # of the own text's characters
PROSE_CHARS = 80  # a line as long as this tells something

_FAST = Extractor(output_format="python", comments=False, fast=True)
_CASCADE = Extractor(output_format="python", comments=False, precision=True)

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def is_wanted(own: list[str], outside: int) -> bool:
    """outside: characters of prose that the own reading left out."""
    return outside > OUTSIDE * sum(map(len, own))


def has_clearly_more(second: list[str], own: list[str], linked: Iterable[str]) -> bool:
    """Whether the second text is the same story with much prose that the own one lacks.

    linked: lines of the page that are links, and tell of other stories.
    """
    words = [set(tokens(" ".join(lines))) for lines in (own, second)]
    if len(words[0] & words[1]) < SAME_STORY * len(words[0]):
        return False
    known = _letters(own)
    if len(known) > MUCH_LARGER * len(_letters(second)):
        return False
    links = set(linked)
    new = [line for line in second if line not in links and _letters([line]) not in known]
    prose = sum(len(line) for line in new if len(line) >= PROSE_CHARS)
    return prose > MORE_PROSE * sum(map(len, second))


def without_loose_end(own: list[str], second: list[str], entries: Iterable[str]) -> list[str]:
    """The own lines up to the last one that both have, where both tell the same story.

    What only one of them has behind that is a box, a name, a note of the publisher; but for
    entries of lists and tables, which trafilatura leaves out for their links.
    """
    known = runs("\n".join(second))
    same = [share(line, known) > SAME_LINE for line in own]
    both = sum(len(line) for line, yes in zip(own, same, strict=True) if yes)
    if both < MOSTLY_SAME * sum(map(len, own)):
        return own
    listed = set(entries)
    return own[: 1 + max(at for at, line in enumerate(own) if same[at] or line in listed)]


def _letters(lines: list[str]) -> str:
    return "".join(filter(str.isalnum, "".join(lines).lower()))


def trafilatura_lines(
    tree: html.HtmlElement, blocks: Iterable[Block], *, cascade: bool = False
) -> list[str]:
    """What trafilatura reads in a page, which it leaves as it is.

    blocks: of the page, to tell a dash that it sets before a list's item from the author's.
    cascade: ask its other extractors as well.
    """
    document = trafilatura.bare_extraction(tree, options=_CASCADE if cascade else _FAST)
    text = getattr(document, "text", None) or ""
    items = {block.text for block in blocks if block.kind == "li"}
    lines = (_without_table_marks(" ".join(line.split())) for line in text.split("\n"))
    return [bare if (bare := line.removeprefix("- ")) in items else line for line in lines if line]


def without(lines: list[str], dropped: set[str]) -> list[str]:
    """Lines but those that are known, in the form of `normal`, to be no text of a story."""
    return [line for line in lines if normal(line) not in dropped]


def _without_table_marks(line: str) -> str:
    """A table's row without the outer bars; "" for the ruler under its head."""
    if not line.startswith("|") or not line.endswith("|"):
        return line
    return "" if not line.strip("|-: ") else line.strip("| ")
