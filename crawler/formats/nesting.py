"""Markup nested deeper than its parser reads, made shallow: what lies below would be lost.

libxml2 stops at 256 levels (its option for more ends at 2,048, and lifts other bounds as well), and
what reads a tree goes down it by recursion. So names that stand in themselves again and again give
their tags up, and the text between them stays.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Set

from lxml import etree, html

DEEP = 20  # levels of one name; a page of many comments has a dozen
_TAG = re.compile(r"<(/?)([A-Za-z][\w:.-]{0,60})([^<>]*)>")
# what holds no element: nothing can be nested in it
_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "script",
    "source", "style", "textarea", "track", "wbr",
))  # fmt: skip
_FRAME = frozenset(("html", "head", "body", "title", "p"))
_RECORDS = frozenset(("item", "entry", "url", "sitemap"))  # of a listing: what it is a list of
_KEPT = _FRAME | {"article", "main", "h1", "h2", "h3", "h4", "h5", "h6", "time", "a"}


def html_document(text: str, *, new_parser: Callable[[], html.HTMLParser]) -> html.HtmlElement:
    """The root of a page, all of it, however deep it is nested; a page that is not is parsed once.

    new_parser: gives a parser of UTF-8 for each try. Raises: what lxml does.
    """
    shallower = iter(_shallower(text))
    while True:
        parser = new_parser()
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
        if not stopped_at_depth(parser) or (text := next(shallower, "")) == "":
            return root


def stopped_at_depth(parser: etree.HTMLParser | etree.XMLParser) -> bool:
    """Whether a parser left out what was nested too deep for it."""
    error = parser.error_log.last_error
    return error is not None and "Excessive depth" in error.message


def _shallower(text: str) -> Iterator[str]:
    """A page with its deepest names as line breaks, then with all of them, for another try."""
    depths = _depths(text, closes_itself=False)
    deepest = {name for name, depth in depths.items() if depth > DEEP}
    for names in (deepest - _KEPT - _VOID, depths.keys() - _FRAME - _VOID):
        yield _without(names, text, _as_break)


def _as_break(tag: re.Match[str], follows: bool) -> str:
    """A break in place of a tag: it holds nothing. One will do for several beside each other."""
    return "" if follows and not tag[3] else f"<br{tag[3]}>"  # what has attributes may end later


def shallow_xml(text: str) -> str:
    """A listing without the tags that are nested too deep, but those of its own entries."""
    depths = _depths(text, closes_itself=True)
    deep = {name for name, depth in depths.items() if depth > DEEP} - _RECORDS
    return _without(deep, text, lambda *_: " ")


def _depths(text: str, *, closes_itself: bool) -> Counter[str]:
    """How deep each name stands in itself. closes_itself: a tag that ends in a slash."""
    now: Counter[str] = Counter()
    deepest: Counter[str] = Counter()
    for end, name, rest in _TAG.findall(text):
        key = name.lower()
        if end:
            now[key] = max(0, now[key] - 1)
        elif not (closes_itself and rest.endswith("/")):
            now[key] += 1
            deepest[key] = max(deepest[key], now[key])
    return deepest


def _without(names: Set[str], text: str, instead: Callable[[re.Match[str], bool], str]) -> str:
    """A text with other words for the tags of these names.

    instead: gets a tag, and whether it stands right behind another of them.
    """
    end = -1

    def replaced(tag: re.Match[str]) -> str:
        nonlocal end
        if tag[2].lower() not in names:
            return tag[0]
        follows, end = tag.start() == end, tag.end()
        return instead(tag, follows)

    return _TAG.sub(replaced, text)
