"""The headline that readers see over the story, without the site's name; others stand beside it.

Fields of the page (JSON-LD, og:title, the title tag) tell which heading is the story's. Where no
heading is, or none of them speaks of the same, the fields are read themselves.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from crawler.extraction.parsing import MAX_TITLE_CHARS, Parsed
from crawler.extraction.phrases import whole_name, words
from crawler.formats.jsonld import is_article, text_of

MAX_ADDED = 45  # characters of a section or site name
MIN_SHARED = 8  # letters two titles must share to be one headline with something added
RELATED = 0.33  # Dice's measure of two titles' words; below it they speak of two things
MAX_ALTERNATIVES = 4
MAX_HEADINGS = 12

_SEPARATOR = re.compile(
    r"\s+[|｜ㅣ·•»«—–*♥/\\-]+\s+|\s*[|｜ㅣ：]\s*|\s+(?:::|>>|<<|~)\s+|--+|__+|\s+:\s+"
)
_JOINT = re.compile(r"\s*(?:::|--|__|[|｜ㅣ·•»«—–：:*/-])\s*")
# "…-新华网", "…_人民日报": names of Chinese and Japanese sites stand without spaces
_HAN_SITE = re.compile(
    r"[\s_|｜—-]+[\u3400-\u9fff\u3040-\u30ff]{1,8}(?:网|網|报|報|新闻|新聞|在线|頻道|频道|ニュース)$"
)
_BREAKS = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))  # soft hyphen, zero-width spaces
_LETTERS = re.compile(r"\w+")
_HEADLINE_METAS = words("headline hdl article:title article_title bt:headline citation_title")
_TITLE_METAS = (
    *_HEADLINE_METAS,
    *words("parsely-title dc.title dcterms.title sailthru.title title"),
)
_PLACEHOLDER = whole_name("placeholder")
_LOGO = re.compile(r"logo|brand|site-?_?(?:title|name)|blog-?_?(?:title|name)|masthead", re.I)
_LD, _OG, _TITLE = "jsonld:headline", "meta:og:title", "title"
_DATE = r"\d{1,2}(?:\.\s?|/|-|\s)(?:\d{1,2}|[^\W\d]{3,12})(?:[./-]|\s)\s?(?:19|20)\d\d"
_DATE_AROUND = re.compile(
    rf"^\W*{_DATE}\s*(?:[-–—|:]\s*)?(?=\w)|\s*[-–—|:]\s*{_DATE}[\d\s.:,Uhr]*$"
)
_KICKER = re.compile(
    r"kicker|dachzeile|overline|eyebrow|spitzmarke|topline|roofline|pre-?title|over-?title|"
    r"visually-?hidden|sr-only|screen-reader",
    re.I,
)
_FRAME = frozenset(("nav", "footer", "aside", "dialog"))
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
    site = _site_names(parsed, site_name)
    fields = dict(_fields(parsed, node, site))
    headings = [one for one in _headings(parsed) if _squeezed(one.text) not in site]
    heading = _of_story(headings, fields)
    if heading is None:
        text, source = _of_fields(fields)
        shown = text
    else:
        text, source, shown = _with_kicker(heading, fields), heading.tag, heading.text
    known = {normal(one): one for one in (*fields.values(), shown, text)}
    if listed and (same := known.get(normal(listed))):
        text, source = same, next((name for name, one in fields.items() if one == same), source)
    others = [one for key, one in known.items() if key not in ("", normal(text))]
    return Headline(text, source, shown, tuple(others[:MAX_ALTERNATIVES]))


def _of_fields(fields: Mapping[str, str]) -> tuple[str, str]:
    """(text, source) of the likeliest field, without what it adds to another of them."""
    source, text = next(iter(fields.items()), ("", ""))
    plainer = (one for one in fields.items() if _adds(text, one[1]))
    source, text = next(plainer, (source, text))
    return text, source


@lru_cache(maxsize=2_000)  # a page asks several times for its own
def normal(text: str) -> str:
    """For comparing headlines: letters and digits only, folded."""
    return " ".join(_LETTERS.findall(unicodedata.normalize("NFKC", text).casefold()))


def heading_text(element: html.HtmlElement) -> str:
    return _line(" ".join(element.itertext()))


def _line(text: str) -> str:
    """On one line, without the marks where a word may break."""
    return " ".join(text[:MAX_TITLE_CHARS].translate(_BREAKS).split())


def _fields(parsed: Parsed, node: dict[str, Any], site: set[str]) -> Iterator[tuple[str, str]]:
    """(source, text) of what the page calls itself, likeliest first, without the site's name."""
    sections = [*parsed.metas.get("article:section", [])[:3], text_of(node.get("articleSection"))]
    name = text_of(node.get("name")) if is_article(node) else ""
    for source, raw in (
        (_LD, text_of(node.get("headline"))),
        (_OG, parsed.meta("og:title")),
        ("meta:title", parsed.meta(*_TITLE_METAS)),
        ("meta:twitter:title", parsed.meta("twitter:title")),
        (_TITLE, parsed.title_tag),
        ("jsonld:name", name),
    ):
        line = _line(text_of(raw))
        text = _HAN_SITE.sub("", _without_section(_without_site(line, site), sections))
        if len(text) > 1 and _is_headline(text) and not {_squeezed(line), _squeezed(text)} & site:
            yield source, text


def _is_headline(text: str) -> bool:
    return bool(_LETTERS.search(text)) and not _PLACEHOLDER.match(text.strip(" .…!:"))


def first_part(title: str) -> str:
    """What stands before the first mark that may part a headline from a site's name."""
    return _SEPARATOR.split(title, maxsplit=1)[0].strip()


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading of the page. parts: its texts by element, kickers left out."""

    text: str
    tag: str
    parts: tuple[str, ...]


def _headings(parsed: Parsed) -> Iterator[_Heading]:
    """h1, then the first of the smaller ones; none of the site's logo or of its frame."""
    smaller = islice(parsed.tree.iter("h2", "h3"), MAX_HEADINGS)
    for element in (*parsed.h1s[:MAX_HEADINGS], *smaller):
        text = heading_text(element)
        if not _is_headline(text) or _is_logo(element, parsed.url):
            continue
        yield _Heading(text, element.tag, tuple(_parts(element)))


def _is_logo(element: html.HtmlElement, url: str) -> bool:
    if _LOGO.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
        return True
    if any(parent.tag in _FRAME for parent in islice(element.iterancestors(), _FRAME_DEPTH)):
        return True
    links = [*element.iter("a"), *islice(element.iterancestors("a"), 1)]
    return any(_leads_home(link.get("href") or "", url) for link in links[:2])


def _leads_home(address: str, url: str) -> bool:
    there, here = urlsplit(address.strip()), urlsplit(url)
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
        if text and not _KICKER.search(child.get("class") or ""):
            yield from (_parts(child) if len(child) else (text,))
        if tail := _line(child.tail or ""):
            yield tail


def _of_story(headings: Sequence[_Heading], fields: Mapping[str, str]) -> _Heading | None:
    """The heading that says what a field says; else one with something added; else the likest."""
    if not fields:
        return next(iter(headings), None)
    told = {normal(text) for text in fields.values()}
    large = [heading for heading in headings if heading.tag == "h1"]
    small = [heading for heading in headings if heading.tag != "h1"]
    same = (heading for heading in headings if normal(heading.text) in told)
    if found := next(same, None) or _added(large, fields) or _likest(large, fields):
        return found
    if found := _added(small, fields):
        return found
    only = len({heading.text for heading in large}) == 1 and set(fields) == {_TITLE}
    only = only and len(normal(large[0].text)) >= MIN_SHARED
    return large[0] if only else None  # many title tags name the site, or its section


def _added(headings: Sequence[_Heading], fields: Mapping[str, str]) -> _Heading | None:
    told = {normal(text) for text in fields.values()}
    for heading in headings:
        if told & set(_runs(heading)):
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


def _site_names(parsed: Parsed, site_name: str | None) -> set[str]:
    host = (urlsplit(parsed.url).hostname or "").removeprefix("www.")
    names = {_squeezed(host), _squeezed(site_name or ""), _squeezed(parsed.meta("og:site_name"))}
    names.update(_squeezed(label) for label in host.split(".")[:-1] if len(label) > 3)
    return names - {""}


def _squeezed(text: str | None) -> str:
    return normal(text or "").replace(" ", "")


def _without_site(text: str, site: set[str]) -> str:
    """Take " | Site name" off with all that follows, or "Site name: " off the front."""
    cuts = list(_SEPARATOR.finditer(text))
    ends = [*(cut.start() for cut in cuts[1:]), len(text)]
    for cut, end in zip(cuts, ends, strict=False):
        if cut.start() > 0 and any(
            _names_site(text[cut.end() : stop], site) for stop in (end, len(text))
        ):
            return text[: cut.start()].strip()
    for cut in cuts[:1]:
        if _names_site(text[: cut.start()], site) and text[cut.end() :].strip():
            return text[cut.end() :].strip()
    return text


def _without_section(text: str, sections: Iterable[str]) -> str:
    """Take "-Politics" off the end when the page calls its section so; spaces need not stand."""
    for section in filter(None, sections):
        rest = text.removesuffix(section).rstrip()
        if rest != text and len(rest) > MIN_SHARED and rest[-1] in "-–—|·:":
            return rest[:-1].rstrip()
    return text


def _names_site(text: str, site: set[str]) -> bool:
    name = _squeezed(text)
    return bool(name) and (name in site or (len(name) > 3 and any(name in one for one in site)))
