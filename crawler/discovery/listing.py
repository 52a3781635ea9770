"""What every kind of listing gives, and what is judged alike in all of them.

Order, doubles, entries that lead to other sites or to files. How a feed, a sitemap or a page is
read stands in their own modules.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urldefrag, urlsplit

from crawler.article import Entry
from crawler.urls import canonical_url, document_id, same_site, site_of

MAX_ENTRIES = 50_000  # what the sitemap protocol allows one file
# A listing's dates may run ahead of our clock by a time zone written wrongly, not by more.
DATES_AHEAD = timedelta(hours=26)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_SILENT = timedelta(days=60)
OLD = "the newest entry is"  # so many days old
MOST_LEFT_OUT = 6  # lines of one source
_FILES = (
    ".jpg .jpeg .png .gif .webp .svg .mp3 .mp4 .m4a .mov .wav .avi .pdf .zip .gz .doc .docx .xls "
    ".xlsx .ppt .pptx .css .js .xml .json .rss .ics .apk .exe"
)
_FILE_ENDINGS = tuple(_FILES.split())
_COUNTED = re.compile(r"(?:(\d+) ([a-z-]+?)s?(?= ))?(.*)", re.S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one feed, sitemap or section page announces.

    entries: newest first. title, language: the listing's own; language only when believable.
    ttl: how long the publisher asks not to come again, or None.
    next_url: the page with older entries, or None. older_url: where it should be, by how such
        listings count their pages, though none is named. children: sub-sitemaps, newest first;
    changed: when, for those whose index says it.
    hubs, topic: who tells of its changes (WebSub), and by which name of it, as it says.
    problems: what was left out or doubted, one plain line each.
    """

    entries: tuple[Entry, ...] = ()
    title: str | None = None
    language: str | None = None
    ttl: timedelta | None = None
    next_url: str | None = None
    older_url: str | None = None
    children: tuple[str, ...] = ()
    changed: Mapping[str, datetime] = field(default_factory=dict)
    hubs: tuple[str, ...] = ()
    topic: str | None = None
    problems: tuple[str, ...] = ()


def counted(number: int, what: str) -> str:
    """The number with its word, in the plural unless it is one."""
    return f"{number} {what}" + ("" if number == 1 else "s")


def summed(lines: Iterable[str]) -> list[str]:
    """Lines of several listings as one list: what `counted` begins alike is added up."""
    counts: Counter[tuple[str, str]] = Counter()
    for line in lines:
        number, noun, rest = _COUNTED.fullmatch(line).groups()  # type: ignore[union-attr]
        counts[noun or "", rest] += int(number or 0)
    return [
        f"{counted(number, noun)}{rest}" if noun else rest
        for (noun, rest), number in counts.items()
    ]


def left_out_words(lines: Iterable[str]) -> str:
    """What a source's listings leave out, in one line."""
    found = summed(lines)
    more = [f"and {len(found) - MOST_LEFT_OUT} lines more"] if len(found) > MOST_LEFT_OUT else []
    return "; ".join(found[:MOST_LEFT_OUT] + more)


def settle(
    entries: Sequence[Entry], *, homes: Iterable[str], problems: list[str], now: datetime | None
) -> tuple[Entry, ...]:
    """Entries worth fetching, newest first; what is left out is named in `problems`.

    homes: addresses known to belong to the publisher, such as the listing's own.
    now: the present, to doubt dates in the future; None believes them.
    """
    pages = [e for e in entries if not urlsplit(e.url).path.lower().endswith(_FILE_ENDINGS)]
    if len(entries) > len(pages):
        problems.append(f"{counted(len(entries) - len(pages), 'item')} left out: files, no pages")
    kept = _without_foreign(_without_doubles(pages, problems), tuple(homes), problems)
    entries = newest_first(_with_honest_dates(kept, problems, now))
    newest = max((when for e in entries if (when := e.published or e.modified)), default=None)
    if now is not None and newest is not None and now - newest > _SILENT:
        problems.append(f"{OLD} {(now - newest).days} days old: it may be given up")
    return entries


def newest_first(entries: list[Entry]) -> tuple[Entry, ...]:
    """Newest first; an entry without a date stays behind the one it stood behind."""
    keys: list[datetime] = []
    latest = max((when for e in entries if (when := e.published or e.modified)), default=_EARLIEST)
    for entry in entries:
        latest = entry.published or entry.modified or latest
        keys.append(latest)
    order = sorted(range(len(entries)), key=lambda i: keys[i], reverse=True)
    return tuple(entries[i] for i in order)


def _without_doubles(entries: list[Entry], problems: list[str]) -> list[Entry]:
    """One entry a document, and none for the front page."""
    first: dict[str, Entry] = {}
    left_out: Counter[str] = Counter()
    for entry in entries:
        parts = urlsplit(entry.url)
        if not parts.path.strip("/") and not parts.query:
            continue
        kept = first.setdefault(document_id(entry.url), entry)
        if kept is not entry:
            is_place = bool(parts.fragment) and urldefrag(kept.url).url == urldefrag(entry.url).url
            left_out["places (#) on one page" if is_place else "doubles"] += 1
    if any(entry.kind != "section" for entry in entries):  # a page links its stories many times
        problems += [f"{counted(n, 'item')} left out: {why}" for why, n in left_out.items()]
    return list(first.values())


def _without_foreign(
    entries: list[Entry], homes: tuple[str, ...], problems: list[str]
) -> list[Entry]:
    """Without links that lead off the site, where the listing clearly belongs to one site.

    A link list such as an aggregator's, where no site holds most of the entries, stays whole; what
    it links elsewhere is marked as others'.
    """
    sites = Counter(site_of(entry.url) for entry in entries)
    if len(sites) < 2:
        return entries
    home, count = sites.most_common(1)[0]
    own = {site_of(address) for address in homes}
    known = home in own
    if count < (0.6 if known else 0.8) * len(entries) or (not known and count < 5):
        if len(sites) < 3:  # a publisher may have two sites
            return entries
        return [replace(entry, linked=site_of(entry.url) not in own) for entry in entries]
    foreign = sorted(site for site in sites if site != home)
    shown = ", ".join(foreign[:3]) + (", ..." if len(foreign) > 3 else "")
    left_out = len(entries) - count
    problems.append(f"{counted(left_out, 'item')} left out: they lead to other sites ({shown})")
    return [entry for entry in entries if site_of(entry.url) == home]


def _with_honest_dates(
    entries: list[Entry], problems: list[str], now: datetime | None
) -> list[Entry]:
    """With dates before 1990 or in the future taken away; their raw text stays."""

    def honest(when: datetime | None) -> datetime | None:
        if when is None or when < _EARLIEST or (now is not None and when > now + DATES_AHEAD):
            return None
        return when

    checked = [
        replace(e, published=honest(e.published), modified=honest(e.modified)) for e in entries
    ]
    wrong = sum(a.published != b.published for a, b in zip(entries, checked, strict=True))
    if wrong:
        problems.append(f"{counted(wrong, 'item')} dated before 1990 or in the future")
    return checked


def next_of(link: str | None, url: str) -> str | None:
    """A `next` link worth following: on the same site, and not the page itself."""
    if not link or not same_site(link, url) or canonical_url(link) == canonical_url(url):
        return None
    return link
