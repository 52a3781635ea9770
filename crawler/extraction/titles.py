"""The headline that readers see over the story, without the site's name; others stand beside it.

Fields of the page (JSON-LD, og:title, the title tag) tell which heading is the story's. Where no
heading is, or none of them speaks of the same, the fields are read themselves.
"""

import html as entities
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from crawler.extraction.parsing import MAX_TITLE_CHARS, Parsed
from crawler.extraction.phrases import words
from crawler.extraction.surroundings import inside_other
from crawler.extraction.title_parts import (
    MIN_SHARED,
    MIN_WORDS,
    headline_in,
    is_headline,
    is_list_name,
    is_sentence,
    letters,
    menu_names,
    parts_of,
    repeats_address,
    section_names,
    site_names,
    squeezed,
    without_page_number,
    without_section,
)
from crawler.formats.jsonld import is_article, text_of

MAX_ADDED = 45  # characters of a section or site name
RELATED = 0.33  # Dice's measure of two titles' words; below it they speak of two things
MAX_ALTERNATIVES = 4
MAX_HEADINGS = 12
MAX_LINES = 3_000
STRUCTURED_CHARS = 100  # search engines show 110 of a structured headline; many are cut there

_JOINT = re.compile(r"\s*(?:::|--|__|[|｜ㅣ·•»«—–：:*/-])\s*")
_BREAKS = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))  # soft hyphen, zero-width spaces
_HEADLINE_METAS = words("headline hdl article:title article_title bt:headline citation_title")
_TITLE_METAS = (
    *_HEADLINE_METAS,
    *words("parsely-title dc.title dcterms.title sailthru.title title"),
)
_LOGO = re.compile(r"logo|brand|site-?_?(?:title|name)|blog-?_?(?:title|name)|masthead", re.I)
_LD, _OG, _TITLE = "jsonld:headline", "meta:og:title", "title"
_DATE = r"\d{1,2}(?:\.\s?|/|-|\s)(?:\d{1,2}|[^\W\d]{3,12})(?:[./-]|\s)\s?(?:19|20)\d\d"
_DATE_AROUND = re.compile(
    rf"^\W*{_DATE}\s*(?:[-–—|:]\s*)?(?=\w)|\s*[-–—|:]\s*{_DATE}[\d\s.:,Uhr]*$"
)
_KICKER = re.compile(
    r"kicker|dachzeile|overline|eyebrow|spitzmarke|topline|roofline|pre-?title|over-?title|"
    r"visually-?hidden|sr-only|screen-reader|badge|(?:^|[\s_-])(?:label|flag|pill|premium|exclusive)"
    r"(?:$|[\s_-])|(?:^|[\s_-])cat(?:egor\w+)?(?:$|[\s_-])|rubri[ckq]|comment|read(?:ing)?-?time|permalink|header-?(?:anchor|link)|share",
    re.I,
)
_READING_TIME = re.compile(r"\d{1,3}\s?-?(?:min|мин|分|분)\w{0,5}\.?(?:\s\w{2,8})?|[¶#]")
_HIDDEN = re.compile(r"visually-?hidden|sr-only|screen-reader", re.I)
_ENTITY = re.compile(
    r"&(?:amp|quot|nbsp|apos|[lr][sd]quo|[nm]dash|hellip|#\d{2,5}|#x[\da-f]{2,4});", re.I
)
_CUT_OFF = re.compile(r"\s*(?:…|\.\.\.)$")
_FRAME = frozenset(("nav", "footer", "aside", "dialog"))
_TITLE_TAGS = words("p div td span strong b font center h4 h5")
_FRAME_DEPTH = 6  # some pages leave a <nav> open around all they hold


@dataclass(frozen=True, slots=True)
class Headline:
    """text: what to call the story, "" when the page does not say. source: where it stands.

    shown: the heading over the text, as written there. others: what the page calls the story
    elsewhere, for social networks and search engines.
    """

    text: str
    source: str
    shown: str
    others: tuple[str, ...] = ()


def find_title(
    parsed: Parsed, node: dict[str, Any], site_name: str | None, listed: str | None = None
) -> Headline:
    """The heading that the page's own fields speak of, else the likeliest of the fields.

    listed: the title the publisher's feed gives the story; one that says the same is the one.
    """
    site, sections = site_names(parsed, site_name), section_names(parsed, node)
    fields = dict(_fields(parsed, node, site, sections))
    fields = {name: one for name, one in fields.items() if not is_list_name(one)} or fields
    headings = [one for one in _headings(parsed) if squeezed(one.text) not in site]
    heading = _of_story(parsed, headings, fields, sections)
    if heading is None:
        text, source = _of_fields(fields)
        shown = text
    else:
        text, source, shown = _with_kicker(heading, fields), heading.tag, heading.text
    text = _spelt(_whole(text, fields.values()), fields.values())
    text = without_section(without_page_number(text), sections)
    known = {normal(one): one for one in (*fields.values(), shown, text)}
    if listed and (same := known.get(normal(listed))):
        text, source = same, next((name for name, one in fields.items() if one == same), source)
    return Headline(text, source, shown, _others(known, text, shown))


def _others(known: Mapping[str, str], text: str, shown: str) -> tuple[str, ...]:
    """What else the page calls the story, neither cut off nor the heading with its kicker."""
    key = normal(text)
    others = [one for other, one in known.items() if other not in ("", key)]
    others = [one for one in others if one != shown or key not in normal(shown)]
    return tuple([one for one in others if not _is_begun(one, text)][:MAX_ALTERNATIVES])


def _of_fields(fields: Mapping[str, str]) -> tuple[str, str]:
    """(text, source) of the likeliest field, without what it adds to another of them."""
    source, text = next(iter(fields.items()), ("", ""))
    plainer = (one for one in fields.items() if _adds(text, one[1]))
    source, text = next(plainer, (source, text))
    return text, source


def _whole(text: str, fields: Iterable[str]) -> str:
    """The text, or the field that goes on where it is cut off."""
    if not _CUT_OFF.search(text) and len(text) < STRUCTURED_CHARS:
        return text
    return next((one for one in fields if _is_begun(text, one)), text)


def _is_begun(text: str, whole: str) -> bool:
    """Whether a text is the cut-off beginning of another."""
    begun = _CUT_OFF.sub("", text)
    cut = begun != text or STRUCTURED_CHARS <= len(text) <= STRUCTURED_CHARS + 12
    if not cut or len(whole) <= len(begun) or _CUT_OFF.search(whole):
        return False
    goes_on = whole.casefold().startswith(begun.casefold()) and not _JOINT.match(whole, len(begun))
    return goes_on and len(squeezed(begun)) >= MIN_SHARED


def _spelt(text: str, fields: Iterable[str]) -> str:
    """The text as a field spells it that is not all in capitals."""
    if not text.isupper() or len(text.split()) < MIN_WORDS:
        return text
    key = normal(text)
    return next((one for one in fields if not one.isupper() and normal(one) == key), text)


@lru_cache(maxsize=2_000)  # a page asks several times for its own
def normal(text: str) -> str:
    """For comparing headlines: letters and digits only, folded."""
    return " ".join(letters(text))


def heading_text(element: html.HtmlElement) -> str:
    return _line(" ".join(element.itertext()))


def _line(text: str) -> str:
    """On one line, without the marks where a word may break and without entities escaped twice."""
    text = text[:MAX_TITLE_CHARS].translate(_BREAKS)
    return " ".join(_ENTITY.sub(lambda found: entities.unescape(found[0]), text).split())


def _fields(
    parsed: Parsed, node: dict[str, Any], site: frozenset[str], sections: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """(source, text) of what the page calls itself, likeliest first, without the site's name."""
    name = text_of(node.get("name")) if is_article(node) else ""
    menu: frozenset[str] | None = None
    for source, raw in (
        (_LD, text_of(node.get("headline"))),
        (_OG, parsed.meta("og:title")),
        ("meta:title", parsed.meta(*_TITLE_METAS)),
        ("meta:twitter:title", parsed.meta("twitter:title")),
        (_TITLE, parsed.title_tag),
        ("jsonld:name", name),
    ):
        line = _line(text_of(raw))
        if menu is None and len(parts_of(line)) > 1:
            menu = menu_names(parsed)
        text = headline_in(line, site, sections, menu or frozenset())
        if len(text) > 1 and is_headline(text) and not {squeezed(line), squeezed(text)} & site:
            yield source, text


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading of the page. parts: its texts by element, kickers left out."""

    text: str
    tag: str
    parts: tuple[str, ...]
    element: html.HtmlElement


def _headings(parsed: Parsed) -> Iterator[_Heading]:
    """h1, then the first of the smaller ones; none of the site's logo or of its frame."""
    smaller = islice(parsed.tree.iter("h2", "h3"), MAX_HEADINGS)
    for element in (*parsed.h1s[:MAX_HEADINGS], *smaller):
        text = heading_text(element)
        if is_headline(text) and not _is_logo(element, parsed.url):
            yield _Heading(text, element.tag, tuple(_parts(element)), element)


def _is_logo(element: html.HtmlElement, url: str) -> bool:
    if _LOGO.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
        return True
    if _in_frame(element):
        return True
    links = [*element.iter("a"), *islice(element.iterancestors("a"), 1)]
    return any(_leads_home(link.get("href") or "", url) for link in links[:2])


def _in_frame(element: html.HtmlElement) -> bool:
    return any(parent.tag in _FRAME for parent in islice(element.iterancestors(), _FRAME_DEPTH))


def _leads_home(address: str, url: str) -> bool:
    there, here = urlsplit(address.strip()), urlsplit(url)
    if there.fragment and not there.path:  # a place on this page
        return False
    if there.netloc and there.netloc.removeprefix("www.") != here.netloc.removeprefix("www."):
        return False
    return (
        bool(address.strip())
        and not there.path.strip("/")
        and bool(here.path.strip("/") or here.query)
    )


def _parts(element: html.HtmlElement) -> Iterator[str]:
    if text := _line(element.text or ""):
        yield text
    for child in element:
        text = heading_text(child)
        beside = child.tag in ("button", "time") or _KICKER.search(child.get("class") or "")
        if text and not beside and not _READING_TIME.fullmatch(text):
            yield from (_parts(child) if len(child) else (text,))
        if tail := _line(child.tail or ""):
            yield tail


def _of_story(
    parsed: Parsed,
    headings: Sequence[_Heading],
    fields: Mapping[str, str],
    sections: frozenset[str],
) -> _Heading | None:
    """The heading that says what a field says; else one with something added; else the likest."""
    large = [heading for heading in headings if heading.tag == "h1"]
    small = [heading for heading in headings if heading.tag != "h1"]
    if fields:
        found = _same(headings, fields)
        if found is None or (found.tag != "h1" and not _is_mostly_told(found, fields)):
            found = _added(large, fields) or found or _likest(large, fields)
        if found and not is_sentence(found.text) and normal(found.text) not in _told(fields):
            # of a title's parts the site's name may stand over all pages
            parted = (one for one in _parted(small, fields) if is_sentence(one.text))
            found = next(parted, found)
    else:
        found = next(iter(large), None)
    if not fields or (found and set(fields) == {_TITLE} and _is_frame(found, parsed, sections)):
        # a section's name stands over all of its pages; the address tells the story's heading
        repeating = (one for one in headings if repeats_address(one.text, parsed.url))
        found = next(repeating, None) or found or _of_main(headings)
    if found is not None or not fields:
        return found
    if found := _added(small, fields) or _standing(parsed, fields):
        return found
    only = large[0] if len({heading.text for heading in large}) == 1 else None
    if only is None or len(normal(only.text)) < MIN_SHARED:
        return None
    # many title tags name the site, or its section; one field alone may be for social networks
    return (
        only if len(fields) == 1 and not _HIDDEN.search(only.element.get("class") or "") else None
    )


def _same(headings: Sequence[_Heading], fields: Mapping[str, str]) -> _Heading | None:
    told = _told(fields)
    cut_off = [text for text in fields.values() if _CUT_OFF.search(text)]
    found = [
        heading
        for heading in headings
        if normal(heading.text) in told or any(_is_begun(one, heading.text) for one in cut_off)
    ]
    votes = Counter(map(normal, fields.values()))
    return max(found, key=lambda one: votes[normal(one.text)], default=None)


def _is_mostly_told(heading: _Heading, fields: Mapping[str, str]) -> bool:
    """Whether at least half of the fields say the same."""
    told = sum(normal(text) == normal(heading.text) for text in fields.values())
    return 2 * told >= len(fields)


def _is_frame(heading: _Heading, parsed: Parsed, sections: frozenset[str]) -> bool:
    name = squeezed(heading.text)
    return is_list_name(heading.text) or name in sections or name in menu_names(parsed)


def _of_main(headings: Sequence[_Heading]) -> _Heading | None:
    """The first that does not stand over a list, a dialog or a form."""
    main = (one for one in headings if not inside_other(one.element))
    return next(main, next(iter(headings), None))


def _standing(parsed: Parsed, fields: Mapping[str, str]) -> _Heading | None:
    """The longest part of a field that stands on the page in a line of its own."""
    parts = [parts for text in fields.values() if len(parts := parts_of(text)) > 1]
    told = {part for part in chain(*parts) if is_sentence(part)}
    found: _Heading | None = None
    for element in islice(parsed.tree.iter(*_TITLE_TAGS), MAX_LINES if told else 0):
        for line in (element.text, *(child.tail for child in element)):
            text = _line(line or "").strip(" :–—-|»>/")
            if text not in told or (found is not None and len(text) <= len(found.text)):
                continue
            if not _in_frame(element):
                found = _Heading(text, element.tag, (text,), element)
    return found


def _told(fields: Mapping[str, str]) -> set[str]:
    return {normal(text) for text in fields.values()}


def _parted(headings: Sequence[_Heading], fields: Mapping[str, str]) -> list[_Heading]:
    """Those that say a part of a field."""
    parts = {normal(part) for text in fields.values() for part in parts_of(text)}
    return [
        one for one in headings if len(normal(one.text)) >= MIN_SHARED and normal(one.text) in parts
    ]


def _added(headings: Sequence[_Heading], fields: Mapping[str, str]) -> _Heading | None:
    told, parted = _told(fields), _parted(headings, fields)
    for heading in headings:
        if told & set(_runs(heading)) or heading in parted:
            return heading
        if any(_adds(text, heading.text) or _adds(heading.text, text) for text in fields.values()):
            return heading
    return None


def _likest(headings: Sequence[_Heading], fields: Mapping[str, str]) -> _Heading | None:
    likeness = [
        max((_shared(one.text, text) for text in fields.values()), default=0.0) for one in headings
    ]
    best = max(likeness, default=0.0)
    return headings[likeness.index(best)] if best >= RELATED else None


def _with_kicker(heading: _Heading, fields: Mapping[str, str]) -> str:
    """The heading with its kicker or without it, as og:title has it, else JSON-LD.

    Without, where neither tells and an element of its own holds the kicker.
    """
    runs = _runs(heading)
    for source in (_OG, _LD, _TITLE):
        field = normal(fields.get(source, ""))
        if source != _TITLE and field == normal(heading.text):
            return fields[source] if len(heading.parts) > 1 else heading.text
        if field in runs:
            return runs[field]
        if (
            source == _LD
            and field.endswith(f" {normal(heading.text)}")
            and _adds(fields[source], heading.text)
        ):
            return fields[source]
    return _DATE_AROUND.sub("", " ".join(heading.parts)) or heading.text


def _runs(heading: _Heading) -> dict[str, str]:
    """The heading from or up to any of its parts, by their comparable forms; shortest first."""
    parts = heading.parts[:6]
    spans = [parts[at:] for at in range(len(parts))] + [parts[:at] for at in range(1, len(parts))]
    texts = sorted((" ".join(span).lstrip(" :–—-|/") for span in spans), key=len)
    return {key: text for text in texts if len(key := normal(text)) >= MIN_SHARED}


def _adds(longer: str, shorter: str) -> bool:
    """Whether one is the other with a section, a kicker or a site's name before or behind it."""
    wanted = normal(shorter)
    if len(wanted) < MIN_SHARED:
        return False
    return any(normal(part) == wanted for part, _ in _cut(longer))


def _cut(text: str) -> Iterator[tuple[str, str]]:
    """(what stays, what was added) for every joint of the text."""
    for joint in _JOINT.finditer(text):
        before, after = text[: joint.start()], text[joint.end() :]
        for part, added in ((before, after), (after, before)):
            if len(added) <= MAX_ADDED:
                yield part, added


def _shared(one: str, other: str) -> float:
    """Dice's measure of a heading's and a field's words; 1 where all of the heading's are told."""
    mine, theirs = set(normal(one).split()), set(normal(other).split())
    if len(mine) > 1 and mine <= theirs:
        return 1.0
    return 2 * len(mine & theirs) / max(1, len(mine) + len(theirs))
