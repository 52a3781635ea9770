"""Lists of stories: front pages, sections, tags, authors' pages, archives, results of a search.

What a page is called, where it stands and what its data say hint at a list; linked headings of many
other stories confirm it. Neither is enough: articles end in teasers, too.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from crawler.discovery.shapes import is_aside, url_score
from crawler.extraction.parsing import Parsed
from crawler.extraction.phrases import whole_name
from crawler.formats.jsonld import types_of

_INDEX = whole_name("index")
_RESULTS = re.compile(
    r"[?&/](?:s|q|query|search|suche|recherche|buscar|busca|kw|keyword)[=/]", re.I
)
_CLASS = re.compile(
    r"(?:^|\s)(?:archive|category|tag|author|search-results|search|home|blog|error404)(?:$|\s)"
)
_SINGLE = re.compile(r"(?:^|\s)(?:single|single-post|postid-\d+)(?:$|\s)")  # WordPress, as above
_LIST_TYPES = frozenset(("CollectionPage", "SearchResultsPage", "ProfilePage"))
MIN_TEASERS = 4
MOST_PROSE = 1_500  # characters: an author's biography or a subject's introduction are shorter
MIN_TITLE_CHARS = 15
MIN_LINKS, MIN_LINK_CHARS = 8, 30
MAX_HEADINGS, MAX_LINKS = 200, 1_000
SECTION_SCORE = -4  # of an address: surely no article's
ARTICLE_SCORE = 3


def claims_to_be_article(parsed: Parsed, node: dict[str, Any]) -> bool:
    """By its data, its tags or the shape of its address. node: of its article, {} without one."""
    return (
        bool(node)
        or parsed.meta("og:type") == "article"
        or (url_score(parsed.url) >= ARTICLE_SCORE)
    )


def is_list_of_stories(
    parsed: Parsed, names: Sequence[str], text: str, *, has_article_data: bool
) -> bool:
    score = url_score(parsed.url)
    body = parsed.tree.find("body")
    classes = (body.get("class") or "") if body is not None else ""
    if score >= ARTICLE_SCORE or _SINGLE.search(classes):
        return False
    claimed = parsed.meta("og:type") == "article" and len(text) > MOST_PROSE
    told = bool(_CLASS.search(classes)) or (
        not claimed and any(_LIST_TYPES & set(types_of(node)) for node in parsed.nodes)
    )
    named = any(_INDEX.match(name) for name in names) or bool(_RESULTS.search(parsed.url))
    placed = score <= SECTION_SCORE and not has_article_data
    if not (told or named or placed):
        return False
    if named and len(text) < 200:
        return True
    if not told and len(text) > MOST_PROSE:
        return False
    headings = islice(parsed.tree.iter("h2", "h3", "h4"), MAX_HEADINGS)
    if _teasers(parsed, headings, MIN_TITLE_CHARS) >= MIN_TEASERS:
        return True
    links = islice(parsed.tree.iter("a"), MAX_LINKS)
    return _teasers(parsed, links, MIN_LINK_CHARS) >= MIN_LINKS


def _teasers(parsed: Parsed, elements: Iterable[html.HtmlElement], min_chars: int) -> int:
    """Other stories that headings or links of the page's main part lead to."""
    found: set[str] = set()
    here = urlsplit(parsed.url).path.rstrip("/")
    for heading in elements:
        link = _link_of(heading)
        title = " ".join(heading.itertext()).strip()
        if link is None or len(title) < (min_chars if title.isascii() else min_chars // 2):
            continue
        path = urlsplit(link.get("href") or "").path.rstrip("/")
        if path and path != here and path not in found and not is_aside(heading):
            found.add(path)
    return len(found)


def _link_of(heading: html.HtmlElement) -> html.HtmlElement | None:
    """The link in it, itself included, or around it."""
    around = islice(heading.iterancestors("a"), 1)
    return next((link for link in (*heading.iter("a"), *around) if link.get("href")), None)
