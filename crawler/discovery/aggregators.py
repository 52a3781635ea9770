"""Aggregator pages: one page with a main story and several others in full → single stories.

The pattern, not a site: a publisher's name beside a relative time, a title printed more than once
around it, then text. Each such header opens a story; the next header, comments or the end of its
container close it.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from crawler.article import DateEvidence
from crawler.discovery.furniture import is_end, is_furniture, is_paragraph, story_lines
from crawler.discovery.lines import Line, page_lines
from crawler.discovery.markup import Element, base_of, html_tree, plain
from crawler.discovery.stamps import Stamp, evidence, is_name, read_stamp
from crawler.errors import ListingError
from crawler.urls import join, same_site, site_of

_BEFORE, _AFTER = 9, 7  # lines around a stamp in which its title may stand
_FULL_WORDS = 40  # a teaser on a card is shorter
_MAX_STORIES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """Lines `first` to `last` that open a story; `repeated`: its title or name is printed again."""

    title: str
    publisher: str
    stamp: Stamp
    at: int
    first: int
    last: int
    repeated: bool


def split_stories(body: bytes, *, url: str, fetched_at: datetime) -> tuple[Story, ...]:
    """The stories of an aggregator page, the main one first; () when the page is none.

    fetched_at: aware; relative times count from it.
    """
    try:
        root = html_tree(body, url=url)
    except ListingError:
        return ()
    lines = page_lines(root)
    headers = _headers(lines)
    if len(headers) < 2:
        return ()
    bodies = _bodies(lines, headers)
    common = _common(bodies, headers)
    main = _main(headers, lines, root)
    base = base_of(root, url)
    stories: dict[str, Story] = {}
    for header, own in zip(headers, bodies, strict=True):
        paragraphs, agencies = story_lines([line for line in own if _key(line.text) not in common])
        if not _is_full(paragraphs):
            continue
        original, card = _addresses(header, lines[header.first : header.last + 1], own, base, url)
        story = Story(
            title=header.title,
            text="\n".join(paragraphs),
            publisher=header.publisher,
            published=evidence(header.stamp, _time_of(lines, header), fetched_at),
            url=original,
            main=header is main,
            seen_at=url if header is main else card or url,
            agencies=agencies,
        )
        known = stories.get(_key(header.title))
        if known is None or len(story.text) > len(known.text):
            stories[_key(header.title)] = replace(
                story, main=story.main or bool(known and known.main)
            )
    full = [header for header in headers if _key(header.title) in stories]
    if len(stories) < 2 or not any(h.repeated for h in full) or _all_own(full, url):
        return ()
    return tuple(sorted(stories.values(), key=lambda story: not story.main))[:_MAX_STORIES]


def _key(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _headers(lines: Sequence[Line]) -> list[_Header]:
    """Where stories open: stamps with a publisher and a title, in page order."""
    names = {line.text for line in lines if len(line.text) <= 60}
    stamps = {i: stamp for i, line in enumerate(lines) if (stamp := read_stamp(line.text, names))}
    found: list[_Header] = []
    for at, stamp in stamps.items():
        header = _header(lines, at, stamp, _around(lines, at, stamps))
        if header is None:
            continue
        if found and _key(found[-1].title) == _key(header.title):
            # Two stamps claim one title: the one behind it is the story's, the one before it
            # belongs to a comment or card above.
            behind = header.first < header.at and not found[-1].first < found[-1].at
            kept = header if behind else found[-1]
            found[-1] = replace(kept, last=max(kept.last, header.last))
        else:
            found.append(header)
    return found[: _MAX_STORIES * 2]


def _around(lines: Sequence[Line], at: int, stamps: Collection[int]) -> range:
    """The lines that may belong to a stamp's header: up to running text, ends or other stamps."""
    counts = Counter(_key(line.text) for line in lines[max(0, at - _BEFORE) : at + _AFTER])

    def stops(i: int) -> bool:
        line = lines[i]
        if i in stamps or is_end(line.text):
            return True
        return is_paragraph(line) and not line.heading and counts[_key(line.text)] < 2

    low, high = at, at + 1
    while low > 0 and at - low < _BEFORE:
        if stops(low - 1):
            break
        low -= 1
    while high < len(lines) and high - at <= _AFTER:
        if stops(high):
            break
        high += 1
    return range(low, high)


def _header(lines: Sequence[Line], at: int, stamp: Stamp, around: range) -> _Header | None:
    """The header around a stamp, or None when no publisher or no title stands there."""
    name_at = at
    publisher = stamp.name
    if not publisher:
        beside = [i for i in (at - 1, at - 2, at + 1) if i in around and is_name(lines[i].text)]
        beside = [i for i in beside if not lines[i].heading and not is_furniture(lines[i].text)]
        if not beside:
            return None
        name_at = beside[0]
        publisher = lines[name_at].text.strip(" ·•|")
    title_at = _title(lines, around, at, publisher)
    if title_at is None:
        return None
    title, key = lines[title_at].text, _key(lines[title_at].text)
    parts = [i for i in around if _key(lines[i].text) in {key, _key(publisher)}]
    last = max([title_at, name_at, at, *parts])
    while last + 1 in around and re.match(r"^[•·|]\s*\S", lines[last + 1].text):
        last += 1  # a category behind a bullet
    again = Counter(_key(lines[i].text) for i in around)
    return _Header(
        title=title,
        publisher=publisher,
        stamp=stamp,
        at=at,
        first=min([title_at, name_at, at, *parts]),
        last=last,
        repeated=again[key] > 1 or again[_key(publisher)] > (name_at != at),
    )


def _title(lines: Sequence[Line], around: range, at: int, publisher: str) -> int | None:
    """The title's line: printed twice before plain heading, before the stamp before behind it."""
    counts = Counter(_key(lines[i].text) for i in around)
    ranked: list[tuple[int, int, int]] = []
    for i in around:
        text = lines[i].text
        long = len(text) >= 15 or (len(text) >= 6 and ord(text[0]) > 0x2E80)
        if not long or len(text) > 300 or i == at or _key(text) == _key(publisher):
            continue
        if is_furniture(text) or is_end(text):
            continue
        rank = 4 * (counts[_key(text)] > 1) + 2 * (lines[i].heading or lines[i].linked) + (i < at)
        if rank >= 2:
            ranked.append((rank, -abs(i - at), i))
    return max(ranked)[2] if ranked else None


def _bodies(lines: Sequence[Line], headers: Sequence[_Header]) -> list[list[Line]]:
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


def _common(bodies: Sequence[Sequence[Line]], headers: Sequence[_Header]) -> set[str]:
    """Lines that are no story's own: every title, and what stands in several stories alike."""
    holders: dict[str, set[str]] = {}
    for own, header in zip(bodies, headers, strict=True):
        for line in own:
            holders.setdefault(_key(line.text), set()).add(_key(header.title))
    shared = {key for key, titles in holders.items() if len(titles) > 1}
    return shared | {_key(h.title) for h in headers} | {_key(h.publisher) for h in headers} | {""}


def _main(headers: Sequence[_Header], lines: Sequence[Line], root: Element) -> _Header:
    """The story the page is named after, else the first."""
    page = _key(plain(root.findtext(".//title"), 300) or "")
    big = {_key(line.text) for line in lines if line.block.tag == "h1"}
    named = [
        h for h in headers if _key(h.title) in big or (page and page.startswith(_key(h.title)))
    ]
    return (named or list(headers))[0]


def _is_full(paragraphs: Sequence[str]) -> bool:
    words = sum(len(text.split()) + sum(ord(c) > 0x2E80 for c in text) // 2 for text in paragraphs)
    return words >= _FULL_WORDS


def _addresses(
    header: _Header, head: Sequence[Line], own: Sequence[Line], base: str, url: str
) -> tuple[str | None, str | None]:
    """The publisher's address of a story and the aggregator's, as far as its header links them."""
    original = card = None
    titles = {_key(header.title), _key(header.publisher)}
    to_source = re.compile(
        r"(?i)^(?:read|view|see|open|full).{0,30}(?:original|source|full|at\b).*$"
    )
    links = [line for line in head if line.href]
    links += [line for line in own if line.href and line.linked and to_source.match(line.text)]
    for line in links:
        address = join(base, line.href or "")
        if not site_of(address) or not (_key(line.text) in titles or line.linked):
            continue
        if same_site(address, url):
            card = card or (address if _key(line.text) == _key(header.title) else None)
        else:
            original = original or address
    return original, card


def _time_of(lines: Sequence[Line], header: _Header) -> str | None:
    return lines[header.at].when


def _all_own(headers: Sequence[_Header], url: str) -> bool:
    """Whether every story is credited to the very site that shows it: then it is no aggregator."""
    own = re.sub(r"\W", "", site_of(url).partition(".")[0])
    names = [re.sub(r"\W", "", header.publisher.casefold()) for header in headers]
    return all(name in {own, f"the{own}"} or f"the{name}" == own for name in names)
