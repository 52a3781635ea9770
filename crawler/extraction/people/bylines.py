"""Who signs a story where its readers look: links to authors, bylines, names beside the date.

What stands by the headline counts first. Cards of other stories, comments and toolbars are left
out; of a byline of several elements each is read alone, so that a role is no part of a name.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from lxml import html

from crawler.extraction.parsing import Parsed
from crawler.extraction.people.closings import closing_names
from crawler.extraction.people.credits import (
    PERSON,
    clean_names,
    names_nobody,
    without_by,
    without_role,
)
from crawler.extraction.people.signatures import DATED, alone, signed
from crawler.extraction.surroundings import inside_other
from crawler.extraction.titles import heading_text, normal

AFTER, BEFORE = 60, 25  # elements around the headline in which a byline stands
MOST_CHARS = 90
MOST_SPOTS = 60
MOST_PIECES = 12
MOST_LEADING = 40  # characters of "Written by", "Reporter", "Filed under"

_PEN_NAME = re.compile(r"^[^\W\d_][\w.'’-]{1,30}$")
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|i|in)?|auteurs?|autore|staff|writers?|contributors?|by|creators?|"
    r"reporters?|journalists?|columnists?|newsteam|experten)/[^/?#]+/?$"
    r"|[?&/](?:_?author|autor)=",
    re.I,
)
_SPOTS = "|".join(
    f'//*[contains(@class, "{part}")]'
    for part in ("uthor", "yline", "writer", "autor", "Autor", "uteur", "itemPoster")
)
_NAMED_CLASS = re.compile(
    r"(?:^|[\s_-])(?:author|autor|auteur|byline|poster)s?(?:[_-]{0,2}(?:name|link))?(?:$|\s)"
    r"|(?:^|\s)fn(?:$|\s)",
    re.I,
)
_OTHER_WORK = re.compile(
    r"(?:review|edit|check|verif|photo|foto|illustrat|translat|übersetz|geprüft|bild)\w*"
    r"(?:\s(?:by|von|par|por|da))?\W*$",
    re.I,
)
_OF_A_PICTURE = re.compile(
    r"(?:image|photo|foto|bild|media|caption|licen[cs]e|quote)[\w-]*(?:author|autor|auteur|byline)",
    re.I,
)
_JOINS = re.compile(r"^\W*(?:and|und|et|y|e|og|och|en|i|&|,|;)\W*$", re.I)


@dataclass(frozen=True, slots=True)
class _Spot:
    """An element that may name who wrote the story.

    linked: to the author's page. marked: so, or by a class for just that. near: the headline.
    """

    place: int
    element: html.HtmlElement
    linked: bool
    marked: bool
    near: bool


_Reader = Callable[[_Spot], list[str]]


class ShownNames:
    """Credits as written, each kind read when it is asked for.

    headline: the heading over the text. is_site: whether a name is the site's own.
    """

    def __init__(self, parsed: Parsed, headline: str, is_site: Callable[[str], bool]) -> None:
        self._parsed, self._headline, self._is_site = parsed, headline, is_site

    @cached_property
    def sure(self) -> list[str]:
        """Signed by the headline, or linked to the author's page."""
        near = _first(self._near, self._spots, self._read)
        if near or self._at is None:
            return near or self._linked
        return signed(self._elements, self._at) or self._linked

    @cached_property
    def alone(self) -> list[str]:
        """A name without any sign under the headline."""
        return alone(self._elements, self._at) if self._at is not None else []

    @cached_property
    def far(self) -> list[str]:
        """Of a class for authors, elsewhere."""
        rest = [spot for spot in self._spots if spot.marked and not (spot.linked or spot.near)]
        return _first(rest, [], self._read)

    @cached_property
    def own(self) -> list[str]:
        """The site's own name, where it signs."""
        return _first(self._near, [], partial(self._read, is_site=_no_site))

    @cached_property
    def within(self) -> list[str]:
        """Of the text itself: after its last words or in its dateline."""
        return closing_names(self._elements, self._at)

    @cached_property
    def _elements(self) -> list[html.HtmlElement]:
        body = self._parsed.tree.find("body")
        return [] if body is None else list(body.iter())

    @cached_property
    def _at(self) -> int | None:
        return _headline_at(self._elements, self._headline)

    @cached_property
    def _spots(self) -> list[_Spot]:
        return list(_spots(self._parsed, self._elements, self._at))

    @property
    def _near(self) -> list[_Spot]:
        return sorted((spot for spot in self._spots if spot.near), key=lambda one: not one.marked)

    @property
    def _linked(self) -> list[str]:
        linked = [spot for spot in self._spots if spot.linked and not spot.near]
        return _first(linked, self._spots, self._read)

    @cached_property
    def _read(self) -> partial[list[str]]:
        above = self._elements[self._at].iterancestors() if self._at is not None else ()
        return partial(_names_at, around=frozenset(above), is_site=self._is_site)


def _no_site(_name: str) -> bool:
    return False


def _first(likely: Sequence[_Spot], spots: Sequence[_Spot], read: _Reader) -> list[str]:
    for spot in likely:
        if names := read(spot):
            return [*names, *_beside(spot, spots, read)]
    return []


def _headline_at(elements: Sequence[html.HtmlElement], headline: str) -> int | None:
    """The heading of this text, an h1 before others, else the first h1."""
    wanted = normal(headline)
    first = lower = None
    for at, element in enumerate(elements):
        if element.tag in ("h1", "h2", "h3"):
            if wanted and normal(heading_text(element)) == wanted:
                if element.tag == "h1":
                    return at
                lower = at if lower is None else lower
            first = at if first is None and element.tag == "h1" else first
    return first if lower is None else lower


def _spots(parsed: Parsed, elements: Sequence[html.HtmlElement], at: int | None) -> Iterator[_Spot]:
    """In the page's order from the headline on, those before it last."""
    places = {element: place for place, element in enumerate(elements)}
    linked = [element for element in parsed.tree.iter("a", "span") if _is_linked(element)]
    classed = [one for one in parsed.tree.xpath(_SPOTS)[:MOST_SPOTS] if one not in linked]
    found = []
    for number, element in enumerate((*linked[:MOST_SPOTS], *classed)):
        if (place := places.get(element)) is None:
            continue
        by_link = number < min(len(linked), MOST_SPOTS)
        near = at is not None and -BEFORE <= place - at <= AFTER
        marked = by_link or bool(_NAMED_CLASS.search(element.get("class") or ""))
        found.append(_Spot(place, element, by_link, marked, near))
    start = at or 0
    yield from sorted(found, key=lambda one: (one.place < start, abs(one.place - start)))


def _is_linked(element: html.HtmlElement) -> bool:
    if "author" in (element.get("rel") or "").split():
        return True
    return element.tag == "a" and bool(_AUTHOR_PAGE.search(element.get("href") or ""))


def _names_at(
    spot: _Spot, *, around: frozenset[html.HtmlElement], is_site: Callable[[str], bool]
) -> list[str]:
    """The first name among the pieces of a spot, and those joined to it."""
    if inside_other(spot.element, around, in_head=spot.near, told=spot.marked):
        return []
    if spot.element.tag == "h1" or len(heading_text(spot.element)) > 3 * MOST_CHARS:
        return []
    if _OTHER_WORK.search(_before(spot.element)) or _signs_a_picture(spot.element):
        return []
    names: list[str] = []
    joined = True
    pieces = _pieces(spot.element)
    pen_name = spot.linked or (spot.marked and len(pieces) == 1)
    for piece in pieces:
        text = without_role(without_by(piece))
        if names and _JOINS.match(piece):
            joined = True
        elif joined and _may_name(text, pen_name=pen_name) and not is_site(text):
            names.append(text)
            joined = piece.rstrip().endswith((",", "&"))
        elif names:
            break
    return names


def _signs_a_picture(element: html.HtmlElement) -> bool:
    if _OF_A_PICTURE.search(element.get("class") or ""):
        return True
    return next(element.iterancestors("figure"), None) is not None


def _before(element: html.HtmlElement) -> str:
    """The words right before an element, in its parent."""
    other, parent = element.getprevious(), element.getparent()
    text = other.tail if other is not None else parent.text if parent is not None else ""
    return (text or "")[-MOST_LEADING:]


def _pieces(element: html.HtmlElement) -> list[str]:
    """Its texts by element, without those that only lead to a name."""
    texts = [" ".join(text.split()) for text in element.itertext()]
    told = (text for text in texts if _JOINS.match(text) or not _only_leads(text))
    return [text for text in told if text][:MOST_PIECES]


def _only_leads(text: str) -> bool:
    return not without_by(text) or (len(text) <= MOST_LEADING and names_nobody(text))


def _may_name(text: str, *, pen_name: bool) -> bool:
    if len(text) > MOST_CHARS or DATED.search(text):
        return False
    people, wires = clean_names([text])
    if any(PERSON.match(name) and not names_nobody(name) for name in people) or wires:
        return True
    return pen_name and bool(_PEN_NAME.match(text)) and not names_nobody(text)


def _beside(spot: _Spot, spots: Sequence[_Spot], read: _Reader) -> list[str]:
    """Names of the spots of its kind that share a parent or the parent's parent with it."""
    near = list(spot.element.iterancestors())[:2]
    names = []
    for other in spots:
        if other is spot or other.element.tag != spot.element.tag or other.linked != spot.linked:
            continue
        above = list(other.element.iterancestors())[:2]
        if spot.element not in above and (above[:1] == near[:1] or above[1:] == near[1:]):
            names += read(other)
    return names
