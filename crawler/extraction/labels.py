"""Dates readers see: short labels near the headline, never running text."""

import re
from collections.abc import Callable
from dataclasses import replace

from lxml import html

from crawler.article import DateEvidence
from crawler.extraction.parsing import Parsed
from crawler.extraction.phrases import words
from crawler.extraction.titles import heading_text, normal

LABEL_CHARS = 60  # longer ones need a word or a class that says "published"
LONG_LABEL_CHARS = 140
FOOTER_CHARS = 250  # "This article was written on ... by ... and filed under ..."
MAX_CHILDREN = 30
NEAR = 60  # elements after the headline; a byline stands well within
BEFORE = 25

MODIFIED_WORD = re.compile(
    r"updat|modif|\blast\b|letzte|edit|aktualis|geändert|mis\sà\sjour|actualiz|atualiz|aggiorna|"
    r"bijgewerkt|обновл|更新|diperbarui|güncel|تحديث|revis|opdater|oppdater|uppdater|zmiana|aktualizac",
    re.I,
)  # fmt: skip
_PUBLISHED_WORD = re.compile(
    r"publi|veröffentlicht|erschienen|erstellt|\bposted\b|\bdatum\b|\bdate\b|\bfecha\b|\bdata\b|"
    r"written|geschrieben|gepostet|created|\bvom\b|opublikowano|publicerad|julkaistu|опубликован|yayın|発表|公開|配信|发布|發布|등록|입력|نشر|diterbitkan",
    re.I,
)  # fmt: skip
_DATE_CLASS = re.compile(
    r"date|datum|publish|time(?!line|r)|posted|byline|dateline|created|fecha|tijd|zeit|dato|tarih|(?:^|[\s_-])(?:meta|info|author|data)",
    re.I,
)
NOT_THE_STORY = re.compile(
    r"comment|leserbrief|related|sidebar|footer|copyright|(?<!elementor-)widget|teaser|recent|popular|"
    r"latest|calendar|upcoming|carousel|more-|ticker|recommend|navi|menu|aside|trending|nextprev|"
    r"cookie|breadcrumb|archive|similar|slider|event-?list|embed|tweet|(?<!v)card(?:$|[\s_-])|"
    r"(?:^|[\s_-])(?:nav|reply|replies|listing|(?<!icon-)list-?item|feed|rail|promo)(?:$|[\s_-])",
    re.I,
)  # fmt: skip
_EVENT = re.compile(
    r"release|ausstellung|termin|beginn|\bstart|\bbis\b|until|\bab\b|eröffn|deadline|anmelde|geboren|"
    r"born|died|gestorben|expires?|gültig|valid|copyright|©|vol\.|isbn|gmbh|version|event|\bwann\b",
    re.I,
)  # fmt: skip
_STORY_FOOTER = re.compile(
    r"(?:article|post|entry|asset|node|story|content)[_-]{0,2}(?:footer|meta|info)|text_meta|(?:news|article|post)-?single",
    re.I,
)
_INLINE_TAGS = frozenset(words("br b strong em i span svg sup a time"))
_SKIPPED = frozenset(("footer", "aside", "nav", "form", "select", "button", "blockquote"))
_TAGS = words("""
    span div p li small em strong b i h1 h2 h3 h4 h5 h6 td a font abbr dd dt header section time
    center article u sup main
""")


def label_date(
    parsed: Parsed, read: Callable[[str, str, float], DateEvidence | None]
) -> DateEvidence | None:
    """The best label by nearness to the headline and by what it calls itself.

    read: (label, source, confidence) -> evidence, or None when it tells no date.
    """
    body = parsed.tree.find("body")
    if body is None:
        return None
    elements = list(body.iter(*_TAGS))
    headline = _headline_at(parsed, elements)
    around = frozenset(elements[headline].iterancestors()) if headline is not None else frozenset()
    best: tuple[float, int, DateEvidence] | None = None
    tried = 0
    for at, element in enumerate(elements):
        stamp = element.get("datetime") if element.tag == "time" else None
        text = _own_text(element)
        limit = FOOTER_CHARS if _STORY_FOOTER.search(_classes(element)) else LONG_LABEL_CHARS
        if not (stamp or 6 <= len(text) <= limit) or tried > 150:
            continue
        if not stamp and not any(map(str.isdigit, text)):
            continue
        distance = at - headline if headline is not None else None
        rank = _rank(element, text, distance)
        if rank is None or (best is not None and rank >= best[0]):
            continue
        if not _beside(distance) and inside_other(element, around):
            continue
        tried += 1
        if found := (read(stamp, "time", 0.5) if stamp else None) or read(text, "label", 0.5):
            best = (rank, at, found)
    if best is None:
        return None
    return replace(best[2], confidence=min(0.8, max(0.3, round(0.6 - best[0] / 5, 2))))


def _classes(element: html.HtmlElement) -> str:
    """Its own and its parent's."""
    parent = element.getparent()
    outer = parent.get("class") if parent is not None else None
    return f"{element.get('class') or ''} {outer or ''}"


def _is_sentence(text: str) -> bool:
    return text[-1] in ".!?。" and len(re.findall(r"[^\W\d_]{2,}", text)) >= 5


def _beside(distance: int | None) -> bool:
    return distance is not None and -4 <= distance <= 4


def _own_text(element: html.HtmlElement) -> str:
    """The element's own words, with those of the small inline elements of a short label."""
    children = list(element[:MAX_CHILDREN])
    pieces = [element.text or ""]
    for child in children:
        if len(children) <= 6 and child.tag in _INLINE_TAGS and len(child) == 0:
            pieces.append(f" {child.text or ''} ")
        pieces.append(child.tail or "")
    return " ".join("".join(pieces).split())


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
            if element.tag == "h1" and first is None and text:
                first = at
    return best if best is not None else first


def _rank(element: html.HtmlElement, text: str, distance: int | None) -> float | None:
    """Smaller is likelier; None is no label of the story's date."""
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    parent = element.getparent()
    near = name + (f" {parent.get('class') or ''}" if parent is not None else "")
    said = bool(_DATE_CLASS.search(near))
    other = NOT_THE_STORY.search(name) and not _STORY_FOOTER.search(name)
    if (other and not _beside(distance)) or _EVENT.search(text[:25]):
        return None
    in_footer = bool(_STORY_FOOTER.search(near) and _PUBLISHED_WORD.search(text))
    if len(text) > LABEL_CHARS and not (
        said
        or in_footer
        or _PUBLISHED_WORD.search(text[:40])
        or re.match(r"\W{0,4}\d{1,4}[./-]\d", text)
    ):
        return None
    if not said and not in_footer and _is_sentence(text) and not _PUBLISHED_WORD.search(text[:20]):
        return None  # sentences
    if distance is None:
        rank = 1.5
    elif distance >= 0:
        rank = 0.0 if distance <= NEAR else 1.0 if distance <= 4 * NEAR else 2.0
    else:
        rank = 0.5 if -distance <= BEFORE else 2.5
    rank -= 0.4 * (element.tag == "time") + 0.4 * (element.get("pubdate") is not None)
    rank -= 0.5 * said + 0.4 * bool(_PUBLISHED_WORD.search(text))
    rank += (
        0.6 * bool(MODIFIED_WORD.search(f"{text} {name}"))
        + 0.6 * (element.tag == "a")
        + 0.3 * (len(text) > LABEL_CHARS)
    )
    return rank if rank <= 2.0 else None


def inside_other(
    element: html.HtmlElement, around_headline: frozenset[html.HtmlElement] = frozenset()
) -> bool:
    """Within a page footer, a comment, a list of other stories.

    around_headline: elements that hold the headline; what stands beside it there belongs to it.
    """
    for depth, parent in enumerate(element.iterancestors()):
        if parent in around_headline:
            return False
        name = f"{parent.get('class') or ''} {parent.get('id') or ''}"
        if _STORY_FOOTER.search(name) or (parent.tag == "footer" and _within_article(parent)):
            continue
        if parent.tag in _SKIPPED:
            return True
        if (
            depth < 6
            and parent.tag not in ("body", "html", "main", "article")
            and NOT_THE_STORY.search(name)
        ):
            return True
    return False


def _within_article(element: html.HtmlElement) -> bool:
    return next(element.iterancestors("article"), None) is not None
