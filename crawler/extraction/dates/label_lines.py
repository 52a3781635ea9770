"""The lines of an element that may tell a date, with what stands right before them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html

from crawler.extraction.dates import label_words as said
from crawler.extraction.phrases import words

SHORT_CHARS = 60  # longer ones need a word or a class that says "published"
LONG_CHARS = 140
FOOTER_CHARS = 400  # "This entry was posted on ... by ... and filed under ... You can follow ..."
NEAR = 60  # elements after the headline; a byline stands well within
MAX_CHILDREN = 30

_DIGIT = re.compile(r"\d")

TIMES = words("time relative-time local-time time-ago amp-timeago")
_INLINE_TAGS = frozenset(words("b strong em i span font svg sup a time"))
_STAMPS = words("""
    datetime data-datetime data-date data-time data-timestamp data-published data-utc data-epoch
    title
""")


@dataclass(frozen=True, slots=True)
class DateLabel:
    """One line that may tell the date.

    words: what it says, with the word right before a bare date, such as "Published". others: how
    many of its words are not a date's. linked: mostly a link's text. distance: elements after the
    headline, negative before it; None when there is no headline. in_head: stands by the headline
    with at most one paragraph between them.
    """

    element: html.HtmlElement
    text: str
    stamp: str | None
    words: str
    others: int
    linked: bool
    distance: int | None
    in_head: bool

    @property
    def beside(self) -> bool:
        return self.distance is not None and -4 <= self.distance <= 4


def labels_of(
    element: html.HtmlElement, distance: int | None, in_head: bool
) -> Iterator[DateLabel]:
    stamp = _stamp(element)
    if not stamp and not _has_digit(element):
        return
    lines = own_lines(element)
    if stamp and not lines:
        yield DateLabel(element, "", stamp, _before(element), 0, False, distance, in_head)
    longest = FOOTER_CHARS if said.STORY_FOOTER.search(classes_of(element)) else LONG_CHARS
    for at, (text, linked) in enumerate(lines):
        if len(text) > LONG_CHARS and distance is not None and 0 <= distance <= NEAR:
            text = said.dateline(text) or text
        if stamp or (6 <= len(text) <= longest and _DIGIT.search(text)):
            others = said.other_words(text)
            before = "" if others else lines[at - 1][0] if at else _before(element)
            words = f"{before} {text}".strip()
            yield DateLabel(element, text, stamp, words, others, linked, distance, in_head)


def _has_digit(element: html.HtmlElement) -> bool:
    """In its own words or its children's and after them."""
    if element.text and _DIGIT.search(element.text):
        return True
    return any(
        (child.tail and _DIGIT.search(child.tail)) or (child.text and _DIGIT.search(child.text))
        for child in element
    )


def _stamp(element: html.HtmlElement) -> str | None:
    """A date among its attributes: of a <time>, or of what its class calls a date."""
    if element.tag in TIMES:
        stamp: str | None = element.get("datetime") or element.get("title")
        return stamp
    if not said.names_date(element.get("class") or ""):
        return None
    values = (element.get(name) for name in _STAMPS)
    return next((one for one in values if one and sum(map(str.isdigit, one)) > 4), None)


def own_lines(element: html.HtmlElement) -> list[tuple[str, bool]]:
    """(line, whether it is mostly a link), of its own words and those of small inline parts."""
    children = list(element[:MAX_CHILDREN])
    pieces = [" ".join((element.text or "").split()) + " "]
    links = [pieces[0] if element.tag == "a" else ""]
    for child in children:
        if child.tag == "br":
            pieces.append("\n")
            links.append("\n")
        elif len(children) <= 12 and child.tag in _INLINE_TAGS and len(child) == 0:
            pieces.append(f" {' '.join((child.text or '').split())} ")
            if child.tag == "a":
                links.append(child.text or "")
        pieces.append(" ".join((child.tail or "").split()).join("  "))
    linked = len("".join(links).strip())
    whole = "".join(pieces)
    texts = [" ".join(line.split()) for line in (whole.split("\n") if "\n" in links else [whole])]
    return [(text, linked > 0.6 * len(text)) for text in texts if text]


def _before(element: html.HtmlElement) -> str:
    other = element.getprevious()
    if other is None:
        parent = element.getparent()
        return (parent.text or "")[:SHORT_CHARS].strip() if parent is not None else ""
    text = other.tail if other.tail and other.tail.strip() else "".join(other.itertext())
    text = " ".join(text[: 2 * SHORT_CHARS].split())
    return text if len(text) < SHORT_CHARS // 2 else ""


def classes_of(element: html.HtmlElement) -> str:
    """Its own and its parent's."""
    parent = element.getparent()
    outer = parent.get("class") if parent is not None else None
    return f"{element.get('class') or ''} {outer or ''}"
