"""What passes between the crawler's packages: Site, Entry, Page, Article and its Facets.

Frozen data only: no network, no parsing, no storage. All of it pickles, since pages go to worker
processes and articles come back. Times are aware UTC datetimes; None is honest, a guess is not.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from indexer.foundation.marks import REFUSED


def composed(text: str) -> str:
    """A text in Unicode's composed form (NFC): "ü" as one character, as keyboards write it."""
    return unicodedata.normalize("NFC", text)


class Precision(StrEnum):
    """How exactly a date is known."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


class Access(StrEnum):
    """How much of the article a reader without a subscription gets."""

    FREE = "free"
    METERED = "metered"
    TEASER = "teaser"


class Signal(NamedTuple):
    """One thing a publisher says of how an article may be used.

    mark: what it comes to, of `indexer.foundation.marks`. words: where it stands and its value;
    of a licence, its address.
    """

    mark: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is known of a publisher before its page is read.

    id: the source's id in the registry.
    country: ISO 3166-1 alpha-2 of the newsroom, or None. region: "East Asia", ..., or None.
    language: BCP 47 tag its articles are mostly written in, or None.
    timezone: IANA name of the newsroom's clock, or None.
    date_order: order of the numbers in its written dates: "DMY", "MDY" or "YMD".
    access: what the registry says of its paywall: "free", "metered" or "hard".
    """

    id: str
    name: str
    homepage: str
    country: str | None = None
    region: str | None = None
    language: str | None = None
    timezone: str | None = None
    date_order: str = "DMY"
    access: str = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One article as a listing announces it: a line of a feed, sitemap, section or aggregator.

    url: absolute, as the listing gives it.
    found_in: address of the listing.
    kind: "feed", "sitemap", "news-sitemap", "section" or "aggregator".
    published, modified: aware UTC, or None; `published_raw` is the listing's own string.
    content: the whole text, where the feed carries it, one paragraph a line.
    guid: the name a feed gives it, whatever its address. instead_of: the address it had before.
    linked: the listing is a list of links to many publishers' pages, and this one is another's.
    rights: what its feed says of its use.
    """

    url: str
    source_id: str
    found_in: str
    kind: str
    title: str | None = None
    published: datetime | None = None
    published_raw: str | None = None
    modified: datetime | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    image: str | None = None
    language: str | None = None
    content: str | None = field(default=None, repr=False)
    guid: str | None = None
    instead_of: str | None = None
    linked: bool = False
    rights: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A fetched page, not yet understood.

    url: final address after redirects.
    body: bytes as decoded from their transfer encoding (not yet from their charset).
    coding: how the body is still compressed, as Content-Encoding names it ("gzip"), or None.
    encoding: charset the HTTP header or the caller names; None lets the page's own meta decide.
    fetched_at: aware UTC; relative dates ("2 hours ago") count from it, where `fetch_time_known`;
        else it is when the page was read, which only bounds what is believed.
    boilerplate: hashes of 5-token grams known to repeat over this site; see `state.profiles`.
    rights: what its host, feed and headers say of its use. refused: marks that keep it out.
    """

    url: str
    body: bytes = field(repr=False)
    fetched_at: datetime
    encoding: str | None = None
    coding: str | None = None
    site: Site | None = None
    entry: Entry | None = None
    fetch_time_known: bool = True
    boilerplate: frozenset[int] = field(default=frozenset(), repr=False)
    rights: tuple[Signal, ...] = ()
    refused: frozenset[str] = REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class DateEvidence:
    """A date and why it is believed.

    instant: aware UTC; for precision DAY it is that day's midnight at `offset_minutes` (0 if None).
    offset_minutes: minutes east of UTC as published, or None when the page did not say.
    raw: the string as found. source: where, such as "jsonld:datePublished", "feed", "url".
    confidence: 0..1, higher is surer.
    """

    instant: datetime
    precision: Precision
    source: str
    raw: str
    offset_minutes: int | None = None
    confidence: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as its page tells it.

    url: canonical, absolute; the article's identity.
    title: the headline readers see over the text. alternative_titles: what the page calls the
        story elsewhere, for social networks and search engines; never `title` once more.
    text: plain text, paragraphs parted by one newline; never empty.
    summary: the page's own description, else the first two sentences.
    language: BCP 47 primary tag (en, zh, ja, nb, ...) that the page declares, or None.
    authors: people; agencies (Reuters, AFP) stand in `agencies`.
    text_share: part of the whole text that was readable, 0..1; under 1 only for a teaser.
    quality: how sure the text is the story, whole and alone, 0..1; None when nothing judged it.
    publisher: name of another publisher that the page gives; whose page it is, its host says.
    seen_at: addresses of the aggregators or link lists that carried it.
    text_from: "page", or "feed" where the page could not be read or kept its text back.
    rights: what its publisher says of its use.
    evidence: field name -> where its value came from, such as {"title": "jsonld:headline"}.
    """

    url: str
    title: str
    text: str
    alternative_titles: tuple[str, ...] = ()
    summary: str = ""
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    published: DateEvidence | None = None
    modified: DateEvidence | None = None
    language: str | None = None
    image: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    access: Access = Access.FREE
    text_share: float = 1.0
    quality: float | None = None
    publisher: str | None = None
    seen_at: tuple[str, ...] = ()
    text_from: str = "page"
    rights: tuple[Signal, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)

    def composed(self) -> "Article":
        """The same, all that is searched or counted in Unicode's composed form (NFC)."""
        return replace(
            self,
            title=composed(self.title),
            text=composed(self.text),
            summary=composed(self.summary),
            section=composed(self.section) if self.section else self.section,
            alternative_titles=tuple(map(composed, self.alternative_titles)),
            authors=tuple(map(composed, self.authors)),
            agencies=tuple(map(composed, self.agencies)),
            tags=tuple(map(composed, self.tags)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic of the taxonomy that fits the article.

    id: "ai" or "ai.models"; label: "Artificial intelligence"; parent: first level's label or None.
    score: unitless, comparable within one article. phrases: matched words, the evidence.
    """

    id: str
    label: str
    score: float
    parent: str | None = None
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place the article is about.

    region: "Europe", ...; country: English name; country_code: ISO 3166-1 alpha-2; city: or None.
    latitude, longitude: degrees of the city, or None. phrases: matched words, the evidence.
    """

    region: str
    country: str
    country_code: str
    score: float
    city: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """A deal of a company's money, as the text says it.

    kind: "equity", "debt", "ipo", "acquisition" (company: the one bought), "grant" or "fund".
    amount: in units of `currency` (ISO 4217), None where the text says it is not told;
    usd: the same in US dollars at the stated rate table.
    stage: "seed", "series-a", ..., the kind where that is not equity, or None. phrase: the
    sentence it was read from.
    """

    kind: str = "equity"
    company: str | None
    amount: float | None = None
    currency: str | None = None
    usd: float | None = None
    stage: str | None = None
    lead: str | None = None
    investors: tuple[str, ...] = ()
    phrase: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What enrichment adds to an article.

    tech_relevant: False keeps the article out of the index by default; `reason` says why.
    topics: best first. places: best first, countries also in `countries` (ISO codes, best first).
    audience: region or country the edition is written for, or None.
    shingles: sampled hashes of word runs, for finding copies of the same story.
    """

    language: str | None
    tech_relevant: bool
    reason: str = ""
    topics: tuple[Topic, ...] = ()
    places: tuple[Place, ...] = ()
    countries: tuple[str, ...] = ()
    audience: str | None = None
    companies: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()
    funding: Funding | None = None
    shingles: tuple[int, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
