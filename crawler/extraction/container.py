"""Which part of the page is the article: the smallest element that holds most of its paragraphs."""

from collections import Counter

from lxml import html

from crawler.extraction.blocks import HEADINGS, Block
from crawler.extraction.titles import normal

SHARE = 0.75  # of the paragraphs' characters a child must hold to be the better container


def choose(root: html.HtmlElement, blocks: list[Block], title: str) -> list[Block]:
    """The blocks of the article among all of the page's blocks, in reading order."""
    mass: Counter[html.HtmlElement] = Counter()
    for block in blocks:
        if block.good:
            element: html.HtmlElement | None = block.element
            while element is not None:
                mass[element] += len(block.text)
                element = element.getparent()
    best = root
    leaves = {block.element for block in blocks}
    while best not in leaves:
        child = max(best, key=lambda one: mass[one], default=None)
        if child is None or child.tag == "p" or not mass[child]:
            break
        if mass[child] < SHARE * mass[best]:
            own = _one_of_several(best, mass, title)
            if own is None:
                break
            child = own
        best = child
    inside = {id(element) for element in best.iter()}
    return [block for block in blocks if id(block.element) in inside]


def _one_of_several(element: html.HtmlElement, mass: Counter[html.HtmlElement], title: str) -> html.HtmlElement | None:
    """Of several whole articles side by side, the one under the page's headline."""
    heavy = [child for child in element if mass[child] > 0.1 * mass[element]]
    headed = [child for child in heavy if _headline(child) is not None]
    if len(headed) < 2 or mass[headed[0]] < 250:
        return None
    wanted = normal(title)
    for child in headed:
        if any(normal(heading.text_content()) == wanted for heading in child.iter("h1", "h2")):
            return child
    return headed[0]


def _headline(element: html.HtmlElement) -> html.HtmlElement | None:
    return next(element.iter("h1"), None)


def between(blocks: list[Block], chosen: list[Block], title: str) -> list[Block]:
    """Blocks after the headline and before the article's first block: standfirst, byline, captions."""
    if not chosen:
        return []
    first = next(at for at, block in enumerate(blocks) if block is chosen[0])
    wanted = normal(title)
    for at in range(first - 1, max(-1, first - 25), -1):
        if blocks[at].element.tag in HEADINGS and (blocks[at].element.tag == "h1" or normal(blocks[at].text) == wanted):
            return blocks[at + 1 : first]
    return []
