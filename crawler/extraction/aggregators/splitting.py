"""Aggregator pages: one page with a main story and several others in full → single stories.

The pattern, not a site: a publisher's name beside a relative time, a title printed more than once
around it, then text. Each such header opens a story; the next header, comments or the end of its
container close it.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from urllib.parse import urlsplit

from crawler.article import DateEvidence, Page
from crawler.discovery.shapes import url_score
from crawler.extraction.aggregators.furniture import (
    agencies_in,
    is_furniture,
    is_paragraph,
    story_lines,
)
from crawler.extraction.aggregators.headers import (
    Header,
    evidence,
    same_words,
    squashed,
    story_headers,
)
from crawler.extraction.aggregators.lines import Line, page_lines
from crawler.extraction.parsing import Parsed
from crawler.extraction.title_parts import is_list_name
from crawler.formats.jsonld import article_node, text_of
from crawler.formats.markup import Element, base_of, plain
from crawler.urls import join, same_site, site_of

_MENTIONS = (" ago", "just now", "yesterday")
_FULL_WORDS = 40  # a teaser on a card is shorter
_HEADLINE_WORDS = 4  # a site's or a list's name has fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregatedStory:
    """One story of an aggregator page.

    text: its paragraphs, one a line. publisher: as the page names it.
    url: the publisher's own address of it where the page links there, else None.
    seen_at: the aggregator's address of it: the page for the main story, its card's link else.
    agencies: wire services credited on a line of their own.
    """

    title: str
    text: str
    publisher: str
    published: DateEvidence | None
    url: str | None
    main: bool
    seen_at: str
    agencies: tuple[str, ...] = ()


def stories_on(page: Page, parsed: Parsed) -> tuple[AggregatedStory, ...]:
    """The stories of an aggregator page, the main one first; () when the page is none.

    A page with an article of its own is none, unless its source is known to be an aggregator.
    """
    node = article_node(parsed.nodes, page.url)
    return split_stories(
        parsed.tree,
        parsed.text,
        url=page.url,
        fetched_at=page.fetched_at if page.fetch_time_known else None,
        known=page.entry is not None and page.entry.kind == "aggregator",
        declared=text_of(node.get("publisher")) if node.get("headline") else None,
    )


def split_stories(
    root: Element,
    text: str,
    *,
    url: str,
    fetched_at: datetime | None,
    known: bool = False,
    declared: str | None = None,
) -> tuple[AggregatedStory, ...]:
    """As `stories_on`.

    text: all that can be read in it, its spaces squeezed.
    fetched_at: aware; relative times count from it, and tell nothing where it is None.
    known: the page is an aggregator's. declared: whose article the page's data say that it is, ""
    where they name nobody; None when they say nothing of an article.
    """
    folded = text.lower()
    if sum(map(folded.count, _MENTIONS)) < 2:  # spares most pages the reading of their lines
        return ()
    lines = page_lines(root)
    headers = story_headers(lines, squashed(_host_name(url)))
    if len(headers) < 2:
        return ()
    main = _main(headers, lines, root)
    base = base_of(root, url)
    stories: dict[str, AggregatedStory] = {}
    for header, own in zip(headers, _without_common(headers, _bodies(lines, headers)), strict=True):
        story = _story(header, lines, own, base, url, fetched_at)
        key = same_words(header.title)
        if story and (key not in stories or len(story.text) > len(stories[key].text)):
            is_main = key == same_words(main.title)
            stories[key] = replace(story, main=is_main, seen_at=url if is_main else story.seen_at)
    full = [header for header in headers if same_words(header.title) in stories]
    if len(stories) < 2 or not any(h.repeated for h in full) or _all_own(full, url):
        return ()
    if not known and _has_own_article(lines, headers, main, stories, url=url, declared=declared):
        return ()
    return tuple(sorted(stories.values(), key=lambda story: not story.main))


def _has_own_article(
    lines: Sequence[Line],
    headers: Sequence[Header],
    main: Header,
    stories: Container[str],
    *,
    url: str,
    declared: str | None,
) -> bool:
    """Whether the page tells a story of its own, beside cards of others."""
    own = _plain_name(_host_name(url))
    if _plain_name(main.publisher) == own:
        return True
    if declared is not None and _plain_name(declared) != _plain_name(main.publisher):
        return True
    headed = [line for line in lines if line.block.tag == "h1"]
    if any(same_words(line.text) in stories for line in headed):
        return False
    before = [line.text for line in lines[: headers[0].first] if is_paragraph(line)]
    headlines = (one for one in headed if not one.linked and not is_list_name(one.text))
    return _is_full(before) or any(len(one.text.split()) >= _HEADLINE_WORDS for one in headlines)


def _story(
    header: Header,
    lines: Sequence[Line],
    own: Sequence[Line],
    base: str,
    url: str,
    fetched_at: datetime | None,
) -> AggregatedStory | None:
    """The story a header opens and its own lines tell, or None when they are only a teaser."""
    paragraphs, agencies = story_lines(own)
    if not _is_full(paragraphs):
        return None
    original, card = _addresses(header, lines[header.first : header.last + 1], own, base, url)
    return AggregatedStory(
        title=header.title,
        text="\n".join(paragraphs),
        publisher=header.publisher,
        published=evidence(header.stamp, lines[header.at].when, fetched_at),
        url=original,
        main=False,
        seen_at=card or url,
        agencies=agencies,
    )


def _bodies(lines: Sequence[Line], headers: Sequence[Header]) -> list[list[Line]]:
    """Lines of each story: up to the next header, and inside its own container if it has one."""
    ends = [later.first for _, later in pairwise(headers)] + [len(lines)]
    stamped = [lines[header.at].block for header in headers]
    bodies = []
    for number, (header, end) in enumerate(zip(headers, ends, strict=True)):
        own = _before_nameless(lines[header.last + 1 : end])
        container = _container(stamped[number], stamped)
        inside = [line for line in own if _stands_in(line.block, container)]
        bodies.append(inside if _is_full([line.text for line in inside]) else own)
    return bodies


def _before_nameless(own: Sequence[Line]) -> list[Line]:
    """The lines up to a headline printed twice: a story opens there that shows no stamp."""
    for number, (line, following) in enumerate(pairwise(own)):
        if len(line.text) >= 15 and line.text == following.text and not is_furniture(line.text):
            return list(own[:number])
    return list(own)


def _container(stamp: Element, stamps: Sequence[Element]) -> Element:
    """The largest element around a stamp that holds no other story's stamp."""
    others: set[Element] = set()
    for other in stamps:
        if other is not stamp:
            others.add(other)
            others.update(other.iterancestors())
    container = stamp
    for ancestor in stamp.iterancestors():
        if ancestor in others:
            break
        container = ancestor
    return container


def _stands_in(block: Element, container: Element) -> bool:
    return block is container or any(node is container for node in block.iterancestors())


def _without_common(
    headers: Sequence[Header], bodies: Sequence[Sequence[Line]]
) -> list[list[Line]]:
    """The bodies without titles, publishers' names and what stands in several stories alike."""
    holders: dict[str, set[str]] = {}
    for header, own in zip(headers, bodies, strict=True):
        for line in own:
            if agencies_in(line.text):
                continue  # one agency may serve several stories
            holders.setdefault(same_words(line.text), set()).add(same_words(header.title))
    common = {key for key, titles in holders.items() if len(titles) > 1}
    common.add("")
    for header in headers:
        common |= {same_words(header.title), same_words(header.publisher)}
    return [[line for line in own if same_words(line.text) not in common] for own in bodies]


def _main(headers: Sequence[Header], lines: Sequence[Line], root: Element) -> Header:
    """The story the page is named after, else the first."""
    page = same_words(plain(root.findtext(".//title"), 300) or "")
    big = {same_words(line.text) for line in lines if line.block.tag == "h1"}
    named = [
        h
        for h in headers
        if same_words(h.title) in big or (page and page.startswith(same_words(h.title)))
    ]
    return (named or list(headers))[0]


def _is_full(paragraphs: Sequence[str]) -> bool:
    words = sum(len(text.split()) + sum(ord(c) > 0x2E80 for c in text) // 2 for text in paragraphs)
    return words >= _FULL_WORDS


def _addresses(
    header: Header, head: Sequence[Line], own: Sequence[Line], base: str, url: str
) -> tuple[str | None, str | None]:
    """The publisher's address of a story and the aggregator's, as far as its header links them."""
    original = card = None
    titles = {same_words(header.title), same_words(header.publisher)}
    to_source = re.compile(
        r"(?i)^(?:read|view|see|open|full).{0,30}(?:original|source|full|at\b).*$"
    )
    links = [line for line in head if line.href]
    links += [line for line in own if line.href and line.linked and to_source.match(line.text)]
    for line in links:
        address = join(base, line.href or "")
        if not site_of(address) or not (same_words(line.text) in titles or line.linked):
            continue
        if same_site(address, url):
            card = card or (address if same_words(line.text) == same_words(header.title) else None)
        elif urlsplit(address).path.strip("/") and url_score(address) >= 0:  # no front page
            original = original or address
    return original, card


def _host_name(url: str) -> str:
    return site_of(url).partition(".")[0]


def _all_own(headers: Sequence[Header], url: str) -> bool:
    """Whether every story is credited to the very site that shows it: then it is no aggregator."""
    own = _plain_name(_host_name(url))
    return all(_plain_name(header.publisher) == own for header in headers)


def _plain_name(publisher: str) -> str:
    return squashed(publisher).removeprefix("the")
