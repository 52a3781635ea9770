"""What every date of one page is read with: the newsroom's zone, the order of its numbers, now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from crawler.article import DateEvidence, Page
from crawler.extraction.parsing import Parsed
from crawler.formats.countries import date_order_of_page
from crawler.formats.dates import read_date
from crawler.formats.relative import parse_relative
from crawler.formats.zones import zone_of

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
EMBARGO = timedelta(days=1)


class DateReader:
    """Reads what a witness says; None for what is no date, or one beyond belief."""

    def __init__(self, page: Page, parsed: Parsed, language: str | None) -> None:
        site = page.site
        self.timezone = site.timezone if site else None
        self.zone: tzinfo | None = zone_of(self.timezone) if self.timezone else None
        self.language = language
        self.order = (
            site.date_order if site else date_order_of_page(page.url, parsed.lang or language)
        )
        self.now = page.fetched_at

    def stamp(self, raw: Any, source: str, confidence: float) -> DateEvidence | None:
        moment = read_date(raw, order=self.order, language=self.language, home=self.zone)
        if moment is None:
            return None
        try:
            found = moment.evidence(source, confidence, self.zone)
        except OverflowError:
            return None
        return found if self.plausible(found.instant) else None

    def label(self, raw: str, source: str, confidence: float) -> DateEvidence | None:
        if found := self.stamp(raw, source, confidence):
            return found
        if len(raw) > 60:
            return None
        told = parse_relative(raw, now=self.now, timezone=self.timezone)
        if told and told.confidence >= 0.3:
            source = f"{source}:relative"
            return replace(told, source=source, confidence=min(confidence, told.confidence))
        return None

    def plausible(self, instant: datetime) -> bool:
        """Neither before the web had news nor after tomorrow."""
        return EARLIEST <= instant <= self.now + EMBARGO
