"""What feeds of every format have in common, and how their items are judged."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from crawler.article import Entry, Signal
from crawler.discovery.feed_text import whole_text
from crawler.discovery.listing import counted, settle
from crawler.formats.dates import listing_date
from crawler.formats.languages import fits_script, language_tag
from crawler.formats.markup import plain
from crawler.urls import site_of

_AD_TITLE = re.compile(
    r"(?i)^\s*(?:"
    r"[\[(【［「](?:ad|ads|pr|sponsored|advertisement|advertorial|promoted|anzeige|werbung|"
    r"publicidad|patrocinado|publicidade|広告|提供|广告|推广|廣告|광고|реклама)[\])】］」]"
    r"|(?:sponsored|advertisement|advertorial|promoted|paid post|partner content|anzeige|werbung|"
    r"publicidad|publicidade|sponsorisé|広告|广告|廣告|реклама)\s*[:：|–—-]"
    r"|(?:ad|pr)\s*[:：|]\s)"
)
_AD_CATEGORIES = re.compile(
    r"(?i)^(?:sponsored(?:[ -](?:post|content))?|advertorial|advertisement|partner[ -]content|"
    r"branded[ -]content|paid[ -]post|native[ -]ad|promoted|anzeige|publi-?rr?eportage|"
    r"publirreportaje|contenido patrocinado|branded|广告|廣告|広告|광고)$"
)
_MOST_GUID = 1_000  # characters
_AD_HOSTS = re.compile(
    r"(?i)(?:^|\.)(?:doubleclick\.net|googleadservices\.com|googlesyndication\.com|taboola\.com|"
    r"outbrain\.com|a8\.net|feedads\.[\w.]+|pheedo\.com|zedo\.com|adnxs\.com|criteo\.com|"
    r"buysellads\.com|amazon-adsystem\.com|dianomi\.com|revcontent\.com|mgid\.com)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item as its feed writes it: strings, nothing judged yet; `link` is absolute or None.

    contents: texts that may be the whole article, as HTML. rights: what is said of its use.
    """

    link: str | None = None
    title: str | None = None
    published: str | None = None
    modified: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    image: str | None = None
    language: str | None = None
    categories: tuple[str, ...] = ()
    guid: str | None = None
    contents: tuple[str, ...] = ()
    rights: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFeed:
    """A feed as written; `home` is the web page it says it belongs to, `generator` what made it."""

    items: Sequence[Item]
    title: str | None = None
    language: str | None = None
    home: str | None = None
    ttl: timedelta | None = None
    next_url: str | None = None
    generator: str | None = None
    hubs: tuple[str, ...] = ()
    topic: str | None = None
    problems: list[str] = field(default_factory=list)


def entries_of(
    feed: RawFeed,
    *,
    url: str,
    source_id: str,
    zone: str | None,
    now: datetime | None,
    problems: list[str],
) -> tuple[str | None, tuple[Entry, ...]]:
    """The language that can be believed, and the entries, newest first."""
    titles = [title for item in feed.items if (title := plain(item.title, 300))]
    language = language_tag(feed.language)
    if language and not fits_script(language, " ".join(titles[:50])):
        problems.append(f"the feed's language {feed.language!r} does not fit its titles: ignored")
        language = None
    left_out = Counter(reason for item in feed.items if (reason := _unwanted(item)))
    problems += [f"{counted(n, 'item')} left out: {reason}" for reason, n in left_out.items()]
    entries = [
        _entry(item, url=url, source_id=source_id, zone=zone, language=language)
        for item in feed.items
        if not _unwanted(item)
    ]
    unread = sum(1 for e in entries if e.published_raw and not e.published)
    if unread:
        problems.append(f"{counted(unread, 'item')} with a date that cannot be read")
    homes = [url, *([feed.home] if feed.home else [])]
    settled = settle(entries, homes=homes, problems=problems, now=now)
    if not settled:
        problems.append("the feed has no items" if not feed.items else "no item is of use")
    return language, settled


def _entry(
    item: Item, *, url: str, source_id: str, zone: str | None, language: str | None
) -> Entry:
    title = plain(item.title, 300)
    own = language_tag(item.language) or language
    return Entry(
        url=item.link or "",
        source_id=source_id,
        found_in=url,
        kind="feed",
        title=title,
        published=listing_date(item.published, zone=zone, language=own),
        published_raw=item.published[:100] if item.published else None,
        modified=listing_date(item.modified, zone=zone, language=own),
        summary=plain(item.summary),
        authors=_people(item.authors),
        image=item.image if _is_web(item.image) else None,
        language=own if own and fits_script(own, title or "") else None,
        content=whole_text(*item.contents),
        guid=item.guid[:_MOST_GUID] if item.guid else None,
        rights=item.rights,
    )


def _unwanted(item: Item) -> str:
    """Why an item is no article of this publisher; empty when it may be one."""
    if not item.link:
        return "no link"
    if not _is_web(item.link):
        return "no web address"
    if _AD_TITLE.match(item.title or "") or any(map(_AD_CATEGORIES.match, item.categories)):
        return "advertisements"
    return "advertisements" if _AD_HOSTS.search(urlsplit(item.link).hostname or "") else ""


def _is_web(address: str | None) -> bool:
    return bool(address) and bool(site_of(address or ""))


def _people(names: Sequence[str]) -> tuple[str, ...]:
    """Names without e-mail addresses: "desk@a.com (Ada Obi)" is "Ada Obi"."""
    people = []
    for name in names[:20]:
        text = plain(name, 200) or ""
        words = (_in_brackets(text) or text).split()
        text = " ".join(word for word in words if not _is_mail(word)).strip(" ,;()")
        if text and not text.lower().startswith(("http://", "https://")):
            people.append(text)
    return tuple(dict.fromkeys(people))


def _in_brackets(text: str) -> str:
    """The name behind an address, as RSS wants it; empty when the text is not written so."""
    before, _, name = text.removesuffix(")").rpartition("(")
    address = before.strip()
    is_address = "@" in address[1:-1] and " " not in address
    return name.strip() if is_address and text.endswith(")") and ")" not in name else ""


def _is_mail(word: str) -> bool:
    at = word.find("@", 1)
    return at > 0 and "." in word[at + 2 : -1]
