"""What every date of one page is read with: the newsroom's zone, the order of its numbers, now."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import unquote

from crawler.article import DateEvidence, Page
from crawler.extraction.parsing import Parsed
from crawler.formats.countries import date_order_of_page
from crawler.formats.dates import Moment, read_date
from crawler.formats.months import month_number
from crawler.formats.relative import parse_relative
from crawler.formats.zones import zone_of

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
EMBARGO = timedelta(days=1)

# "https://web.archive.org/web/20160218174457/http://example.org/a", ".../20160218/example.org/a"
_INNER = re.compile(
    r"https?:/{1,2}(?=[^/]).*$|(?<=/)\d{8,14}(?:[a-z]{2}_)?/(?=[\w-]+(?:\.[\w-]+)+/)"
)
_URL_MONTH = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2]|[^\W\d_]{3,12})(?=[/-])")


def inner_address(url: str) -> str:
    """The address of the page that an archive keeps a copy of, by the archive's own address."""
    found = _INNER.search(url, 8)
    if not found:
        return url
    return found[0] if found[0].startswith("http") else f"https://{url[found.end() :]}"


class DateReader:
    """Reads what a witness says; None for what is no date, or one beyond belief."""

    def __init__(self, page: Page, parsed: Parsed, language: str | None) -> None:
        site = page.site
        self.url = inner_address(page.url)
        self.tag = parsed.lang or language
        self.timezone = site.timezone if site else None
        self.zone: tzinfo | None = zone_of(self.timezone) if self.timezone else None
        self.language = language
        self.order = site.date_order if site else date_order_of_page(self.url, self.tag)
        self.now = page.fetched_at
        self.fetch_time_known = page.fetch_time_known
        self._month = _month_of(self.url, language)

    def stamp(self, raw: Any, source: str, confidence: float) -> DateEvidence | None:
        moment = self._read(raw, self.order)
        if moment and self._month and _month(moment) != self._month:
            swapped = self._read(raw, {"DMY": "MDY", "MDY": "DMY"}.get(self.order, self.order))
            moment = swapped if swapped and _month(swapped) == self._month else moment
        if moment is None:
            return None
        try:
            found = moment.evidence(source, confidence, self.zone)
        except OverflowError:
            return None
        return found if self.plausible(found.instant) else None

    def _read(self, raw: Any, order: str) -> Moment | None:
        return read_date(raw, order=order, language=self.language, home=self.zone)

    def label(self, raw: str, source: str, confidence: float) -> DateEvidence | None:
        if found := self.stamp(raw, source, confidence):
            return found
        if len(raw) > 60 or not self.fetch_time_known:
            return None
        told = parse_relative(raw, now=self.now, timezone=self.timezone)
        if told and told.confidence >= 0.3:
            source = f"{source}:relative"
            return replace(told, source=source, confidence=min(confidence, told.confidence))
        return None

    def plausible(self, instant: datetime) -> bool:
        """Neither before the web had news nor after tomorrow."""
        return EARLIEST <= instant <= self.now + EMBARGO


def _month(moment: Moment) -> tuple[int, int]:
    return moment.local.year, moment.local.month


def _month_of(url: str, language: str | None) -> tuple[int, int] | None:
    """(year, month) that an address names: "/2023/10/", "/2023/october/"."""
    found = _URL_MONTH.search(unquote(url))
    if not found:
        return None
    month = int(found[2]) if found[2].isdigit() else month_number(found[2], language)
    return (int(found[1]), month) if month else None
