"""Dates readers see: short labels near the headline, never running text.

Here labels are found and weighed; what their words and classes say is `label_words`'s.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from lxml import html

from crawler.article import DateEvidence
from crawler.extraction.dates import label_words as said
from crawler.extraction.dates.label_lines import (
    LONG_CHARS,
    NEAR,
    SHORT_CHARS,
    TIMES,
    DateLabel,
    classes_of,
    labels_of,
    own_lines,
)
from crawler.extraction.parsing import Parsed
from crawler.extraction.phrases import words
from crawler.extraction.titles import heading_text, normal

MAX_TRIED = 100  # readings of a page
BEFORE = 25
HEAD = 10  # before the headline; thrice as many after it
LIST_DEPTH = 5
PROSE_CHARS = 150

_SKIPPED = frozenset(("footer", "aside", "nav", "form", "select", "button", "blockquote"))
_MARGINS = frozenset(("aside", "nav", "button", "footer"))
_TAGS = (*TIMES, *words("""
    span div p li small em strong b i h1 h2 h3 h4 h5 h6 td a font abbr dd dt header section center
    article u sup main
"""))  # fmt: skip
Reader = Callable[[str, str, float], DateEvidence | None]


def label_date(parsed: Parsed, read: Reader) -> DateEvidence | None:
    """The best label by nearness to the headline and by what it calls itself.

    read: (label, source, confidence) -> evidence, or None when it tells no date.
    """
    body = parsed.tree.find("body")
    if body is None:
        return None
    elements = list(body.iter(*_TAGS))
    headline = _headline_at(parsed, elements)
    around = frozenset(elements[headline].iterancestors()) if headline is not None else frozenset()
    head = _head(elements, headline)
    ranked: list[tuple[float, int, DateLabel]] = []
    for at, element in enumerate(elements):
        distance = at - headline if headline is not None else None
        for label in labels_of(element, distance, at in head):
            if (rank := _rank(label)) is not None:
                ranked.append((rank, at, label))
    ranked.sort(key=lambda one: one[:2])
    aged: DateEvidence | None = None  # "5 hours ago", of this story unless a day stands by it too
    for rank, _, label in ranked[:MAX_TRIED]:
        if (found := _read(label, read, around)) is None:
            continue
        confidence = min(0.8, max(0.3, round(0.6 - rank / 5, 2)))
        found = replace(found, confidence=confidence)
        if not found.source.endswith(":relative"):
            return found if aged is None or rank < 0.6 else aged
        aged = aged or found
    return aged


def _read(
    label: DateLabel, read: Reader, around: frozenset[html.HtmlElement]
) -> DateEvidence | None:
    plain = label.beside or (label.in_head and not label.others)
    told = said.told(label.words, label.others)
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
    longest = 12
    for at, element in enumerate(elements):
        if element.tag in ("h1", "h2", "h3"):
            text = normal(heading_text(element))
            if longest < len(text) and text in wanted:
                best, longest = at, len(text)
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
    dated = said.names_date(classes)
    context = label.words
    published = said.PUBLISHED.search(context[:LONG_CHARS])
    other = said.NOT_THE_STORY.search(name) and not said.STORY_FOOTER.search(name)
    if (other and not label.beside and not said.told(context, label.others)) or said.EVENT.search(
        context[:25]
    ):
        return None
    in_footer = bool(said.STORY_FOOTER.search(classes)) and published
    if not said.may_be_label(text, long=len(text) > SHORT_CHARS, dated=dated, in_footer=in_footer):
        return None
    rank = _by_place(label.distance)
    rank -= 0.4 * (element.tag in TIMES) + 0.4 * (element.get("pubdate") is not None)
    rank -= 0.5 * dated + 0.4 * published
    rank += 0.6 * said.MODIFIED.search(f"{context} {name}") + 0.6 * label.linked
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


def inside_other(
    element: html.HtmlElement,
    around_headline: frozenset[html.HtmlElement] = frozenset(),
    *,
    told: bool = False,
    in_head: bool = False,
) -> bool:
    """Within a page footer, a comment, a list of other stories.

    around_headline: elements that hold the headline; what stands beside it there belongs to it.
    told: the element calls itself the publication's date, which counts in a margin as well.
    in_head: a date alone by the headline; only what surely is another story's is refused.
    """
    others = said.OTHER_STORIES if in_head else said.NOT_THE_STORY
    for depth, parent in enumerate(element.iterancestors()):
        if parent in around_headline:
            return False
        name = f"{parent.get('class') or ''} {parent.get('id') or ''}"
        own = parent.tag in ("footer", "aside") and (told or _articles_own(parent))
        if said.STORY_FOOTER.search(name) or own:
            continue
        if parent.tag in _SKIPPED and not (in_head and parent.tag in _MARGINS):
            return True
        if (
            depth < 6
            and parent.tag not in ("body", "html", "main", "article")
            and others.search(said.MARGIN.sub("", name) if told else name)
        ):
            return True
    return False


def _articles_own(element: html.HtmlElement) -> bool:
    """Of an article, not of the page."""
    return element.tag == "footer" and next(element.iterancestors("article"), None) is not None
