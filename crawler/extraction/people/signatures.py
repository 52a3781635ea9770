"""Lines without a telling class that sign a story: under its headline and after its last words."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml import html

from crawler.extraction.people.credits import (
    AGENCIES,
    PERSON,
    names_nobody,
    says_by,
    without_by,
)
from crawler.extraction.phrases import words
from crawler.extraction.surroundings import inside_other
from crawler.extraction.titles import heading_text, normal
from crawler.formats.months import is_weekday, month_number

MOST_CHARS = 120
HEAD = 60  # elements after the headline in which "By ..." may stand
NEAR = 14  # in which a bare name may
BEFORE = 6
PROSE_CHARS = 150
STORY_CHARS = 90
MOST_RUNS = 12

DATED = re.compile(
    r"\d{1,2}[./:]\d{2}|\b(?:19|20)\d{2}\b|[年월]|\d\s?(?:min|h\b|hours?|horas?)", re.I
)
_TAGS = frozenset(words("div span p a address small li em strong b header section h4 h5 h6"))
_BLOCKS = frozenset(words("div p"))
_BESIDE = re.compile(r"\s*[|·•●,]\s*|\s[–—-]\s")
_PARTED = re.compile(r"\s*[|·•●]\s*|\s[–—-]\s")
_OF_A_TOPIC = re.compile(
    r"/(?:categor(?:y|ies|ie|ia)|tags?|topics?|themen?|thema|rubri[kc]\w*|sections?|kategorien?)/",
    re.I,
)
_TOPIC_CLASS = re.compile(
    r"(?:^|[\s_-])(?:cat|categor\w+|kategor\w+|channel|kicker|rubri[ck]\w*|topics?|tags?)(?:$|[\s_-])",
    re.I,
)
_LATIN = re.compile(r"^[^\u0600-\uffff]+$")  # elsewhere any short text may be a name
_DIGIT = re.compile(r"\d")
_FROM_DIGIT = re.compile(r"[\s,|·•]*[^\s,]*\d.*$")
# "Ada Obi in Robotics", "Ada Obi on behalf of the board"
_GOES_ON = re.compile(r"[\s,]+(?:in|on|at|for|am|um|le|el|em|op|den|für|pour|para)(?:\s.*)?$")


def signed(elements: Sequence[html.HtmlElement], at: int) -> list[str]:
    """The text by the headline that signs the story: "By Jane Roe", or a name beside the date.

    at: place of the headline among the elements.
    """
    headline = normal(heading_text(elements[at]))
    for place, element in _by_the_headline(elements, at):
        text = heading_text(element) if element.tag in _TAGS else ""
        if not 3 < len(text) < MOST_CHARS:
            continue
        near = place - at <= NEAR
        if near and text.casefold() in AGENCIES:
            return [text]
        if name := _after_by(element, near=near):
            return [name]
        if near and (name := _bare(element, text)) and normal(name) not in headline:
            return [name]
    return []


def _by_the_headline(
    elements: Sequence[html.HtmlElement], at: int
) -> Iterator[tuple[int, html.HtmlElement]]:
    """(place, element): from the headline to the story's second paragraph, then those before."""
    around = frozenset(elements[at].iterancestors())
    paragraphs = 0
    for place in range(at + 1, min(at + HEAD, len(elements))):
        element = elements[place]
        paragraphs += element.tag == "p" and len(heading_text(element)) > PROSE_CHARS
        if paragraphs > 1:
            break
        if element.tag in _TAGS and not inside_other(element, around, in_head=True):
            yield place, element
    for place in range(at - 1, max(-1, at - BEFORE - 1), -1):
        yield place, elements[place]


def _after_by(element: html.HtmlElement, *, near: bool) -> str:
    """What follows "By" in a line, without the date; "" when nothing is signed."""
    waiting = False
    runs = (" ".join(run.split()) for run in element.itertext())
    for run in islice(filter(None, runs), MOST_RUNS):
        for piece in _PARTED.split(run):
            rest = without_by(piece)
            if piece and not rest and says_by(piece):
                waiting = True
            elif rest and (waiting or says_by(piece)):
                name = _GOES_ON.sub("", _FROM_DIGIT.sub("", rest)).strip(" ,")
                name = _without_agency(name)
                if _signs(name) and (near or PERSON.match(name.split(",")[0])):
                    return name
                waiting = False
    return ""


def _without_agency(name: str) -> str:
    """ "Ada Obi/dpa" -> "Ada Obi"."""
    person, slash, _ = name.partition("/")
    return person if slash and PERSON.match(person) else name


def _signs(name: str) -> bool:
    first = name.split(",")[0]
    if len(first) < 2 or first[0].islower() or month_number(first) or is_weekday(first):
        return False
    return not names_nobody(first)


def _bare(element: html.HtmlElement, text: str) -> str:
    """A name alone on its line or with its date, by which it stands."""
    if not DATED.search(text):
        parts = sum(child.tag in ("div", "span", "time", "p") for child in element)
        alone = len(element) <= 3 and parts < 2 and not _names_a_topic(element)
        return text if alone and is_name(text) and _beside_date(element) else ""
    pieces = [_GOES_ON.sub("", piece) for piece in _BESIDE.split(text) if piece]
    others = [piece for piece in pieces if not _DIGIT.search(piece)]
    if len(others) != 1 or len(others[0].split()) > 3 or not is_name(others[0]):
        return ""
    linked = any(others[0] in heading_text(link) for link in element.iter("a"))
    return "" if linked else others[0]


def _names_a_topic(element: html.HtmlElement) -> bool:
    if _TOPIC_CLASS.search(element.get("class") or ""):
        return True
    return any(
        "tag" in (link.get("rel") or "").split() or _OF_A_TOPIC.search(link.get("href") or "")
        for link in element.iter("a")
    )


def alone(elements: Sequence[html.HtmlElement], at: int) -> list[str]:
    """A name without any sign, alone between the headline and the story."""
    for element in elements[at + 1 : at + NEAR + 1]:
        if element.tag not in _BLOCKS or len(element) > 1:
            continue
        text = heading_text(element)
        if len(text) > STORY_CHARS or (len(text) > STORY_CHARS // 2 and text.endswith(".")):
            return []  # the story has begun
        if len(text.split()) <= 4 and is_name(text) and not _names_a_topic(element):
            return [text]
    return []


def is_name(text: str) -> bool:
    return bool(_LATIN.match(text) and PERSON.match(text)) and not names_nobody(text)


def _beside_date(element: html.HtmlElement) -> bool:
    """The next element, or the one before, is a short line with a date."""
    for other in (element.getnext(), element.getprevious()):
        if other is not None and isinstance(other.tag, str):
            text = heading_text(other)
            if other.tag == "time" or (0 < len(text) < 60 and DATED.search(text)):
                return True
    return False
