"""What is true of the newsroom's sites and pages, to judge a crawl by.

Frozen data only; the pages themselves are made elsewhere.
"""

from dataclasses import dataclass
from datetime import datetime

from crawler.article import Precision, Site

REGION_OF_COUNTRY = {
    "AE": "Middle East",
    "AR": "Latin America",
    "BE": "Europe",
    "BR": "Latin America",
    "CL": "Latin America",
    "CN": "East Asia",
    "DE": "Europe",
    "EG": "Middle East",
    "ES": "Europe",
    "FR": "Europe",
    "GB": "Europe",
    "ID": "Southeast Asia",
    "IL": "Middle East",
    "IN": "South Asia",
    "JP": "East Asia",
    "KE": "Africa",
    "KR": "East Asia",
    "MX": "Latin America",
    "MY": "Southeast Asia",
    "NG": "Africa",
    "NL": "Europe",
    "SA": "Middle East",
    "SG": "Southeast Asia",
    "TW": "East Asia",
    "US": "North America",
    "VN": "Southeast Asia",
    "ZA": "Africa",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsroomSite:
    """One invented publisher, as a registry of sources would describe it.

    feeds, sitemaps, sections: absolute addresses a crawler is told; what is left out can still be
    found through the page's `<link rel=alternate>` or robots.txt.
    country: ISO 3166-1 alpha-2. region: its name as in the registry ("East Asia", ...).
    language: BCP 47. timezone: IANA name. date_order: "DMY", "MDY" or "YMD".
    access: "free", "metered" or "hard".
    """

    id: str
    name: str
    homepage: str
    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...]
    sections: tuple[str, ...]
    country: str
    region: str
    language: str
    timezone: str
    date_order: str
    access: str

    def as_site(self) -> Site:
        """The same publisher in the crawler's own words."""
        return Site(
            id=self.id,
            name=self.name,
            homepage=self.homepage,
            country=self.country,
            language=self.language,
            timezone=self.timezone,
            date_order=self.date_order,
            access=self.access,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsroomArticle:
    """One page behind a listing link, and what a reader would say of it.

    url: canonical. other_urls: further addresses that show or lead to the same page.
    published: aware UTC, or None when neither page nor listing says; modified likewise.
    precision: how exactly page and listing together tell `published`; None when they do not.
    offset_minutes: minutes east of UTC in what the page writes, or None when it writes none.
    kind: "article", "off-topic" (no tech story) or "not-article" (no story at all).
    reason: why a "not-article" gives none, as in `crawler.errors.ExtractionError`; else "".
    topics: ids of the taxonomy, best first. countries: ISO codes the story is about, best first.
    group: the same word for all printings of one syndicated story, else None.
    text: what a reader sees of the article, one block a line; for a teaser only the open part.
    access: "free", "metered" (whole text in the page, marked as paid) or "teaser".
    robots_allowed: False where robots.txt keeps crawlers out.
    """

    url: str
    site_id: str
    title: str
    language: str
    published: datetime | None = None
    modified: datetime | None = None
    precision: Precision | None = None
    offset_minutes: int | None = None
    kind: str = "article"
    reason: str = ""
    topics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    group: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    text: str = ""
    access: str = "free"
    robots_allowed: bool = True
    other_urls: tuple[str, ...] = ()
