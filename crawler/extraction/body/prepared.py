"""The article's own part of the page, pruned, and its text as trafilatura extracts it from there.

Which blocks belong to the story is decided before (`container`, `lines`); here everything else is
taken out of a copy of the smallest element that holds them all. Measured on 218 pages against
trafilatura on the whole tree: body F1 .981 and .969 instead of .974 and .948, at a quarter of
its time.
"""

import logging
from collections.abc import Iterable
from copy import deepcopy

import trafilatura
from lxml import etree, html
from trafilatura.settings import Extractor

from crawler.extraction.body.blocks import Block

_STORY = Extractor(output_format="python", comments=False, fast=True)
_WHOLE_PAGE = Extractor(output_format="python", comments=False, precision=True)
MAX_CASCADE_CHARS = 400_000  # trafilatura takes seconds over larger pages

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def prepared_lines(kept: list[Block], furniture: Iterable[html.HtmlElement]) -> list[str]:
    """Lines of the story; [] when trafilatura finds none or the part is too large for it."""
    if not kept or sum(len(block.text) for block in kept) > MAX_CASCADE_CHARS:
        return []
    return trafilatura_lines(_pruned(kept, furniture))


def trafilatura_lines(tree: html.HtmlElement, *, whole_page: bool = False) -> list[str]:
    """What trafilatura reads in a tree, which it leaves as it is.

    whole_page: the tree is no story yet; trafilatura then asks other extractors as well.
    """
    document = trafilatura.bare_extraction(tree, options=_WHOLE_PAGE if whole_page else _STORY)
    text = getattr(document, "text", None) or ""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return [bare for line in lines if (bare := _without_table_marks(line))]


def _without_table_marks(line: str) -> str:
    """A table's row without the outer bars; "" for the ruler under its head."""
    if not line.startswith("|") or not line.endswith("|"):
        return line
    return "" if not line.strip("|-: ") else line.strip("| ")


def _pruned(kept: list[Block], furniture: Iterable[html.HtmlElement]) -> html.HtmlElement:
    top = _around([block.element for block in kept])
    wanted = {top}
    for block in kept:
        element = block.element
        while element is not None and element not in wanted:
            wanted.add(element)
            element = element.getparent()
    gone = {element for element in furniture if element not in wanted}
    copy = deepcopy(top)
    copy.tail = None
    dropped = [twin for one, twin in zip(top.iter(), copy.iter(), strict=True) if one in gone]
    for element in copy.iter():
        # what names and attributes say was judged before; trafilatura would judge them again
        element.attrib.clear()
        if element.tag == "h1":
            element.tag = "h2"
    for element in dropped:
        if element is not copy and element.getparent() is not None:
            element.drop_tree()
    if copy.tag in ("body", "main", "article"):
        copy.tag = "div"
    root = html.Element("html")
    etree.SubElement(etree.SubElement(root, "body"), "article").append(copy)
    return root


def _around(elements: list[html.HtmlElement]) -> html.HtmlElement:
    """The smallest element that holds all of these."""
    chain = [elements[0], *elements[0].iterancestors()]
    for element in elements[1:]:
        own = {element, *element.iterancestors()}
        chain = [one for one in chain if one in own]
    return chain[0]
