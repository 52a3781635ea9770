"""Lists of stories: front pages, sections, tags, authors' pages, archives, results of a search.

What a page is called, where it stands and what its data say hint at a list; linked headings of many
other stories confirm it. Neither is enough: articles end in teasers, too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, takewhile
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from crawler.discovery.shapes import is_aside, url_score
from crawler.extraction.parsing import Parsed
from crawler.extraction.phrases import whole_name
from crawler.extraction.title_parts import repeats_address
from crawler.formats.jsonld import types_of
from crawler.urls import join, same_site

_INDEX = whole_name("index")
_RESULTS = re.compile(
    r"[?&/](?:s|q|query|search|suche|recherche|buscar|busca|kw|keyword)[=/]", re.I
)
_CLASS = re.compile(
    r"(?:^|\s)(?:archive|category|tag|author|search-results|search|home|blog|error404)(?:$|\s)"
)
_NUMBER = re.compile(r"\d{4,}(?:\.\w{3,5})?/?$")
_SINGLE = re.compile(r"(?:^|\s)(?:single|single-post|postid-\d+)(?:$|\s)")  # WordPress, as above
_LIST_TYPES = frozenset(("CollectionPage", "SearchResultsPage", "ProfilePage"))
MIN_TEASERS = 4
MOST_PROSE = 1_500  # characters: an author's biography or a subject's introduction are shorter
MAX_TEASER_CHARS = 1_000  # without spaces; what is longer tells a story
SOME_PROSE = 400  # the same, where nothing but a class or a type tells of a list
MIN_TITLE_CHARS = 15
MIN_LINKS, MIN_LINK_CHARS = 8, 30
TEASER_SHARE = 0.6  # of a text
MAX_NAMES = 3
MAX_HEADINGS, MAX_LINKS = 200, 1_000
SECTION_SCORE = -4  # of an address: surely no article's
ARTICLE_SCORE = 3


def claims_to_be_article(parsed: Parsed, node: dict[str, Any]) -> bool:
    """By its data, its tags or the shape of its address. node: of its article, {} without one."""
    score = url_score(parsed.url)
    if bool(node) or parsed.meta("og:type") == "article" or score >= ARTICLE_SCORE:
        return True
    names = (" ".join(heading.itertext()) for heading in parsed.h1s[:MAX_NAMES])
    numbered = score > 1 and bool(_NUMBER.search(parsed.url))
    return numbered or (score > 0 and any(repeats_address(name, parsed.url) for name in names))


def is_list_of_stories(
    parsed: Parsed, names: Sequence[str], text: str, *, has_article_data: bool
) -> bool:
    score = url_score(parsed.url)
    body = parsed.tree.find("body")
    classes = (body.get("class") or "") if body is not None else ""
    if score >= ARTICLE_SCORE or _SINGLE.search(classes):
        return False
    is_shared_as_article = parsed.meta("og:type") == "article"
    claimed = is_shared_as_article and len(text) > MOST_PROSE
    told = bool(_CLASS.search(classes)) or (
        not claimed and any(_LIST_TYPES & set(types_of(node)) for node in parsed.nodes)
    )
    if not told and score > 0 and any(repeats_address(name, parsed.url) for name in names):
        return False
    named = any(_INDEX.match(name) for name in names) or bool(_RESULTS.search(parsed.url))
    placed = score <= SECTION_SCORE and not has_article_data
    if not (told or named or placed):
        claims = has_article_data or is_shared_as_article or score >= 0
        return not claims and _is_said_in_teasers(parsed, text, MIN_LINKS)
    if named and len(text) < 200:
        return True
    if len(text) > (MOST_PROSE if named or placed else SOME_PROSE):
        # some themes call every page a list
        return told and _is_said_in_teasers(parsed, text, MIN_TEASERS)
    headings = islice(parsed.tree.iter("h2", "h3", "h4"), MAX_HEADINGS)
    if _teasers(parsed, headings, MIN_TITLE_CHARS) >= MIN_TEASERS:
        return True
    links = islice(parsed.tree.iter("a"), MAX_LINKS)
    return _teasers(parsed, links, MIN_LINK_CHARS) >= MIN_LINKS


def _is_said_in_teasers(parsed: Parsed, text: str, least: int) -> bool:
    """Whether most of the text stands beside links to other stories, each in a box of its own."""
    links: dict[str, html.HtmlElement] = {}
    for link in islice(parsed.tree.iter("a"), MAX_LINKS):
        address, title = join(parsed.url, link.get("href") or ""), " ".join(link.itertext())
        leads_on = same_site(address, parsed.url) and url_score(address) > 0
        if leads_on and _is_long(title.strip(), MIN_TITLE_CHARS) and not is_aside(link):
            links.setdefault(address, link)
    if len(links) < least:
        return False
    held = Counter(element for link in links.values() for element in link.iterancestors())
    boxes = [_squashed("".join(_box_of(link, held).itertext())) for link in links.values()]
    boxes = [box for box in boxes if len(box) < MAX_TEASER_CHARS]
    said = "\n".join(boxes)
    rest = "".join(line for line in map(_squashed, text.split("\n")) if line not in said)
    for box in boxes:  # lists without marks between their items become one line
        rest = rest.replace(box, "")
    return len(rest) <= (1 - TEASER_SHARE) * len(_squashed(text))


def _squashed(text: str) -> str:
    return "".join(text.split())


def _box_of(link: html.HtmlElement, held: Mapping[html.HtmlElement, int]) -> html.HtmlElement:
    """The largest element around it that holds no other story's link."""
    around = takewhile(lambda element: held[element] == 1, link.iterancestors())
    return next(iter(reversed([link, *around])))


def _teasers(parsed: Parsed, elements: Iterable[html.HtmlElement], min_chars: int) -> int:
    """Other stories that headings or links of the page's main part lead to."""
    found: set[str] = set()
    here = urlsplit(parsed.url).path.rstrip("/")
    for heading in elements:
        link = _link_of(heading)
        title = " ".join(heading.itertext()).strip()
        if link is None or not _is_long(title, min_chars):
            continue
        path = urlsplit(link.get("href") or "").path.rstrip("/")
        if path and path != here and path not in found and not is_aside(heading):
            found.add(path)
    return len(found)


def _is_long(title: str, min_chars: int) -> bool:
    """Whether a title is one; other alphabets say as much in fewer characters."""
    return len(title) >= (min_chars if title.isascii() else min_chars // 2)


def _link_of(heading: html.HtmlElement) -> html.HtmlElement | None:
    """The link in it, itself included, or around it."""
    around = islice(heading.iterancestors("a"), 1)
    return next((link for link in (*heading.iter("a"), *around) if link.get("href")), None)
