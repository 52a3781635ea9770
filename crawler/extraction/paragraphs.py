"""The paragraphs of a story, told from those of cards and margins by the prose beside them.

For readers of facts within the text; what the text is, `body` decides.
"""

import re
from collections import Counter
from collections.abc import Sequence

from lxml import html

from crawler.extraction.surroundings import inside_other
from crawler.extraction.titles import heading_text

PROSE_CHARS = 80
PROSE_CHARS_WIDE = 30
MOST_PARAGRAPHS = 300

_BLOCKS = frozenset(("p", "div"))
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def story_paragraphs(elements: Sequence[html.HtmlElement], at: int) -> list[html.HtmlElement]:
    """Those of the element that holds most prose, in their order.

    at: place of the headline among the elements of the page; 0 where there is none.
    """
    around = frozenset(elements[at].iterancestors()) if at else frozenset()
    found: list[tuple[html.HtmlElement, html.HtmlElement]] = []
    sizes: Counter[html.HtmlElement] = Counter()
    for element in elements[at + 1 :]:
        parent = element.getparent()
        if element.tag not in _BLOCKS or parent is None or not _is_prose(element):
            continue
        if parent not in sizes and inside_other(element, around):
            continue
        sizes[parent] += len(heading_text(element))
        found.append((parent, element))
        if len(found) == MOST_PARAGRAPHS:
            break
    if not found:
        return []
    most = max(sizes, key=lambda one: sizes[one])
    return [element for parent, element in found if parent is most]


def _is_prose(element: html.HtmlElement) -> bool:
    if element.tag == "div" and any(child.tag in _BLOCKS for child in element):
        return False
    text = heading_text(element)
    return len(text) > (PROSE_CHARS_WIDE if _WIDE.search(text) else PROSE_CHARS)
