"""Dates readers see: short labels near the headline, never running text.

First what the words of a label and the names of its element say, then the lines that may be labels,
then their weighing.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from lxml import html

from crawler.article import DateEvidence
from crawler.extraction.dates.changes import MODIFIED, PUBLISHED, first_told
from crawler.extraction.parsing import Parsed
from crawler.extraction.phrases import anywhere, words
from crawler.extraction.surroundings import NOT_THE_STORY, STORY_FOOTER, inside_other
from crawler.extraction.titles import heading_text, normal
from crawler.formats.months import is_weekday, month_number

EVENT = anywhere("event")
DATE_CLASS = re.compile(
    r"date|datum|publish|time(?!line|r)|posted|byline|dateline|created|fecha|tijd|zeit|dato|tarih|"
    r"submitted|parution|(?:^|[\s_-])(?:meta|info|author|data)",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]{4,}")
# "(18.01.2018) Farmers fear", "Berlin, 3. Mai 2017 – Die", "LAGOS, May 3, 2017 (Wire) --"
_DATELINE = re.compile(
    r"^(?:\W{0,2}\((?P<in>[^()]{6,40})\)|"
    r"(?:[^\W\d][^\d:.()]{1,40}[,/]\s*)?(?P<date>[^()–—:]{6,40}?)\s*"
    r"(?:\([\w .]{2,25}\)\s*)?(?:[–—]|--|\s-)\s)"
)


@lru_cache(maxsize=5_000)
def names_date(classes: str) -> bool:
    """Whether class names speak of a date."""
    return bool(DATE_CLASS.search(classes))


def calls_itself_published(text: str, others: int) -> bool:
    """It calls itself the date of publication or of the last change, and says little else."""
    head = text[:30]
    return others <= 3 and (PUBLISHED.search(head) or MODIFIED.search(head))


def other_words(text: str) -> int:
    """Words that are neither month nor weekday nor "published" and the like."""
    rest = MODIFIED.blanked(PUBLISHED.blanked(text[:200]))
    return sum(not _of_a_date(word) for word in _WORD.findall(rest))


def _of_a_date(word: str) -> bool:
    return month_number(word) is not None or is_weekday(word)


def dateline(text: str) -> str | None:
    """The date that opens a paragraph as news agencies write it; no date within a sentence."""
    found = _DATELINE.match(text)
    if not found:
        return None
    date = found["in"] or found["date"]
    first = date.split()[0]
    opens = first[0].isdigit() or _of_a_date(first)  # "On 2 March 2026 – a Monday –" goes on
    return date if opens and any(map(str.isdigit, date)) and other_words(date) == 0 else None


def may_be_label(text: str, *, long: bool, dated: bool, in_footer: bool) -> bool:
    """Short, or said to be a date by word or class; no sentence."""
    if (
        long
        and not (dated or in_footer)
        and not (PUBLISHED.search(text[:40]) or re.match(r"\W{0,4}\d{1,4}[./-]\d", text))
    ):
        return False
    sentence = text[-1:] in tuple(".!?。") and len(re.findall(r"[^\W\d_]{2,}", text)) >= 5
    return dated or in_footer or not sentence or PUBLISHED.search(text[:20])


SHORT_CHARS = 60  # longer ones need a word or a class that says "published"
LONG_CHARS = 140
FOOTER_CHARS = 400  # "This entry was posted on ... by ... and filed under ... You can follow ..."
WITHIN = 15  # elements of the headline
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
    def near(self) -> bool:
        return self.distance is not None and -WITHIN <= self.distance <= WITHIN

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
    longest = FOOTER_CHARS if STORY_FOOTER.search(classes_of(element)) else LONG_CHARS
    for at, (text, linked) in enumerate(lines):
        if len(text) > LONG_CHARS and distance is not None and 0 <= distance <= NEAR:
            text = dateline(text) or text
        if stamp or (6 <= len(text) <= longest and _DIGIT.search(text)):
            others = other_words(text)
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
    if not names_date(element.get("class") or ""):
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


MAX_TRIED = 100  # readings of a page
BEFORE = 25
HEAD = 10  # before the headline; thrice as many after it
LIST_DEPTH = 5
PROSE_CHARS = 150

_TAGS = (*TIMES, *words("""
    span div p li small em strong b i h1 h2 h3 h4 h5 h6 td a font abbr dd dt header section center
    article u sup main
"""))  # fmt: skip
Reader = Callable[[str, str, float], DateEvidence | None]


@dataclass(frozen=True, slots=True)
class LabelDates:
    """published: the likeliest label's. modified: of the likeliest that only tells a change.

    in_head: the first stands by the headline and tells a day.
    """

    published: DateEvidence | None = None
    modified: DateEvidence | None = None
    in_head: bool = False


def label_dates(parsed: Parsed, read: Reader) -> LabelDates:
    """The best labels by nearness to the headline and by what they call themselves.

    read: (label, source, confidence) -> evidence, or None when it tells no date.
    """
    body = parsed.tree.find("body")
    if body is None:
        return LabelDates()
    elements = list(body.iter(*_TAGS))
    headline = _headline_at(parsed, elements)
    around = frozenset(elements[headline].iterancestors()) if headline is not None else frozenset()
    aged = changed = None  # aged: "5 hours ago", of this story unless a day stands by it too
    for rank, label in _ranked(elements, headline)[:MAX_TRIED]:
        told = _published_part(label)
        if told is None and changed is not None:
            continue
        if (found := _read(told or label, read, around)) is None:
            continue
        found = replace(found, confidence=min(0.8, max(0.3, round(0.6 - rank / 5, 2))))
        if told is None:
            changed = found
        elif not found.source.endswith(":relative"):
            if aged is not None and rank >= 0.6:
                return LabelDates(aged, changed)
            return LabelDates(found, changed, label.in_head or label.near)
        else:
            aged = aged or found
    return LabelDates(aged, changed)


def _ranked(
    elements: list[html.HtmlElement], headline: int | None
) -> list[tuple[float, DateLabel]]:
    """(rank, label), likeliest first."""
    head = _head(elements, headline)
    ranked: list[tuple[float, int, DateLabel]] = []
    for at, element in enumerate(elements):
        distance = at - headline if headline is not None else None
        for label in labels_of(element, distance, at in head):
            if (rank := _rank(label)) is not None:
                ranked.append((rank, at, label))
    ranked.sort(key=lambda one: one[:2])
    return [(rank, label) for rank, _, label in ranked]


def _published_part(label: DateLabel) -> DateLabel | None:
    """The label up to where it tells a change; None when a change is all it tells."""
    told = first_told(label.words)
    if told is None or told == label.words:
        return label if told else None
    return replace(label, text=told, stamp=None)


def _read(
    label: DateLabel, read: Reader, around: frozenset[html.HtmlElement]
) -> DateEvidence | None:
    plain = label.beside or (label.in_head and not label.others)
    told = calls_itself_published(label.words, label.others)
    if inside_other(label.element, around, told=told, in_head=plain):
        return None
    found = read(label.stamp, "time", 0.5) if label.stamp else None
    found = found or read(label.text, "label", 0.5)
    if found is None or (not label.beside and _one_of_many(label, found, read)):
        return None
    return found


def _head(elements: list[html.HtmlElement], headline: int | None) -> range:
    """Places from just before the headline to the story's second paragraph."""
    if headline is None:
        return range(0)
    paragraphs, end = 0, headline + 3 * HEAD
    for at in range(headline + 1, min(end, len(elements))):
        paragraphs += any(len(line) > PROSE_CHARS for line, _ in own_lines(elements[at]))
        if paragraphs > 1:
            end = at
            break
    return range(max(0, headline - HEAD), end)


def _headline_at(parsed: Parsed, elements: list[html.HtmlElement]) -> int | None:
    """Place of the headline: the heading that the page's title repeats, else its only h1."""
    wanted = normal(f"{parsed.title_tag} {parsed.meta('og:title') or ''}")
    first = best = None
    longest = (12, False)
    for at, element in enumerate(elements):
        if element.tag in ("h1", "h2", "h3"):
            text = normal(heading_text(element))
            rank = len(text), element.tag == "h1"
            if longest < rank and text in wanted:
                best, longest = at, rank
            if element.tag == "h1" and first is None and text and not inside_other(element):
                first = at
    if best is not None:
        return best
    over_prose = _heading_before_prose(elements)
    return min((at for at in (first, over_prose) if at is not None), default=None)


def _heading_before_prose(elements: list[html.HtmlElement]) -> int | None:
    heading = None
    for at, element in enumerate(elements):
        if element.tag in ("h1", "h2", "h3", "h4"):
            heading = at
        elif heading is not None and element.tag in ("p", "div"):
            long = any(len(line) > PROSE_CHARS for line, _ in own_lines(element))
            if long and not inside_other(element):
                return heading
    return None


def _rank(label: DateLabel) -> float | None:
    """Smaller is likelier; None is no label of the story's date."""
    text, element = label.text, label.element
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    classes = f"{classes_of(element)} {element.get('id') or ''}"
    dated = names_date(classes)
    context = label.words
    published = PUBLISHED.search(context[:LONG_CHARS])
    other = NOT_THE_STORY.search(name) and not STORY_FOOTER.search(name)
    if (
        other and not label.beside and not calls_itself_published(context, label.others)
    ) or EVENT.search(context[:25]):
        return None
    in_footer = bool(STORY_FOOTER.search(classes)) and published
    if not may_be_label(text, long=len(text) > SHORT_CHARS, dated=dated, in_footer=in_footer):
        return None
    rank = _by_place(label.distance)
    rank -= 0.4 * (element.tag in TIMES) + 0.4 * (element.get("pubdate") is not None)
    rank -= 0.5 * dated + 0.4 * published
    rank += 0.6 * MODIFIED.search(f"{context} {name}") + 0.6 * label.linked
    rank += 0.3 * (len(text) > SHORT_CHARS) + 0.1 * min(6, label.others)
    return rank if rank <= 2.0 else None


def _by_place(distance: int | None) -> float:
    if distance is None:
        return 1.5
    if distance >= 0:
        return distance / 150 if distance <= NEAR else 1.0 if distance <= 4 * NEAR else 2.0
    return -distance / 50 if -distance <= BEFORE else 2.5


def _one_of_many(label: DateLabel, found: DateEvidence, read: Reader) -> bool:
    """Whether elements like this one stand beside it with other days: a list of other things."""
    element: html.HtmlElement | None = label.element
    for _ in range(LIST_DEPTH):
        if element is None or element.tag in ("body", "main"):
            return False
        alike = (
            other
            for before in (False, True)
            for other in islice(element.itersiblings(element.tag, preceding=before), 6)
            if other.get("class") == element.get("class")
        )
        days = {found.instant.date()}
        for other in alike:
            text = " ".join("".join(other.itertext())[: 4 * LONG_CHARS].split())
            for end in (text[:SHORT_CHARS], text[-SHORT_CHARS:]):
                if any(map(str.isdigit, end)) and (told := read(end, "label", 0.5)):
                    days.add(told.instant.date())
                    break
        if len(days) > 2:
            return True
        element = element.getparent()
    return False
