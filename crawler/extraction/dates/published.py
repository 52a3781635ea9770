"""When was this published? A chain of witnesses on the page, each kept with its evidence.

Structured data first, then meta tags, the listing's own date, labels near the headline, the
address, the page's state, a dateline. Running text is never read. No evidence, no date.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from itertools import chain
from typing import Any
from urllib.parse import unquote

from crawler.article import DateEvidence, Page, Precision
from crawler.extraction.dates.date_reader import DateReader
from crawler.extraction.dates.datelines import find_dateline
from crawler.extraction.dates.labels import LabelDates, label_dates
from crawler.extraction.dates.stated import created, from_scripts, modified_of, stated
from crawler.extraction.parsing import Parsed
from crawler.formats.countries import home_zone
from crawler.formats.dates import read_date
from crawler.formats.months import month_number

SAME_STORY = timedelta(hours=26)  # two witnesses of one day, whatever their clocks
FARTHEST_WEST, FARTHEST_EAST = -9, 13  # hours of the clocks that newsrooms keep
REISSUED = timedelta(days=3)  # after the day in its address
SURE_ADDRESS = 0.7
VAGUE = 0.8  # confidence of fields that systems fill in their own ways
ONLY_CHANGED = 0.3  # confidence of a change that no publication stands beside

_URL_DAY = re.compile(
    r"(?:^|[/_.=-])(?P<y>(?:19|20)\d\d)(?P<s>[/_.-]?)(?P<m>0[1-9]|1[0-2])(?P=s)"
    r"(?P<d>0[1-9]|[12]\d|3[01])(?=$|[/_.-]|\D)"
    r"|/(?P<y2>20\d\d)/(?P<mon>[1-9]|[^\W\d_]{3,12})/(?P<d2>0?[1-9]|[12]\d|3[01])/",
    re.I,
)
_URL_IDENT = re.compile(
    r"/[A-Za-z]{0,3}(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{6,12}(?:$|[/?.])"
)
_URL_DAY_FIRST = re.compile(r"[/~_-](0[1-9]|[12]\d|3[01])[.-](0[1-9]|1[0-2])[.-](20\d\d)(?!\d)")
_Witness = Callable[[], DateEvidence | None]


def find_dates(
    page: Page, parsed: Parsed, node: dict[str, Any], language: str | None
) -> tuple[DateEvidence | None, DateEvidence | None]:
    """(published, modified) with their evidence.

    node: the JSON-LD node of the article, or {}. language: of the page, for month names.
    """
    reader = DateReader(page, parsed, language)
    labels = cache(lambda: label_dates(parsed, reader.label))
    modified = modified_of(parsed, node, reader) or labels().modified
    feed = _from_entry(page, reader)
    address = _from_url(reader)
    seen = partial(_seen, labels)
    candidates = _as_readers_see(list(stated(parsed, node, reader)), seen)
    if (
        candidates
        and _doubtful(candidates[0], modified)
        and (shown := _in_head(labels(), candidates[0]))
    ):
        candidates = [shown]
    chosen = _best(candidates, feed) or feed
    if chosen is None:
        chosen = seen()
        if address and (chosen is None or _days_apart(chosen, address) > 2):
            chosen = address
    if chosen and _was_there_before(address, chosen):
        chosen = address
    chosen = chosen or from_scripts(parsed, reader) or created(parsed, reader)
    chosen = chosen or find_dateline(parsed, reader, modified) or _from_title(parsed, reader)
    if chosen is None:
        return None, modified and replace(modified, confidence=ONLY_CHANGED)
    chosen = _on_local_day(chosen, address, seen, reader)
    if modified and modified.instant < chosen.instant - SAME_STORY:
        modified = None
    return chosen, modified


def _was_there_before(address: DateEvidence | None, chosen: DateEvidence) -> bool:
    """Whether an address that spells its day out was given well before the day that is told."""
    if address is None or address.confidence < SURE_ADDRESS:
        return False
    return chosen.instant - address.instant > REISSUED


def _seen(labels: Callable[[], LabelDates]) -> DateEvidence | None:
    return labels().published


def _as_readers_see(candidates: list[DateEvidence], seen: _Witness) -> list[DateEvidence]:
    """Where the page's own data name several days, those of the day that stands by the headline."""
    if len({_local_day(one) for one in candidates}) < 2 or (label := seen()) is None:
        return candidates
    exact = max(map(_exactness, candidates))  # a printed edition's day displaces no instant
    return [
        one
        for one in candidates
        if _local_day(one) == _local_day(label) and _exactness(one) == exact
    ] or candidates


def _doubtful(stated: DateEvidence, modified: DateEvidence | None) -> bool:
    """Of a field that may tell the page's making, or not before the page's last change."""
    return stated.confidence <= VAGUE or (
        modified is not None and stated.instant >= modified.instant
    )


def _in_head(labels: LabelDates, stated: DateEvidence) -> DateEvidence | None:
    """The day by the headline, where it is another than what a doubtful field states."""
    shown = labels.published
    if shown is None or not labels.in_head:
        return None
    here, there = _local_day(shown), _local_day(stated)
    swapped = (here.day, here.month) == (there.month, there.day)
    if here in _days_anywhere(stated) or swapped or (stated.confidence > VAGUE and here > there):
        return None
    return shown


def _days_anywhere(stated: DateEvidence) -> set[date]:
    """The day that it tells, and for an instant those of all clocks that newsrooms keep."""
    days = {_local_day(stated)}
    if stated.precision is not Precision.DAY and stated.offset_minutes is not None:
        days |= {
            (stated.instant + timedelta(hours=hours)).date()
            for hours in (FARTHEST_WEST, FARTHEST_EAST)
        }
    return days


def _local_day(found: DateEvidence) -> date:
    return (found.instant + timedelta(minutes=found.offset_minutes or 0)).date()


def _best(candidates: list[DateEvidence], feed: DateEvidence | None) -> DateEvidence | None:
    """The first candidate, told more exactly by a later one of the same day.

    The listing's date raises what it confirms and overrules what is doubtful.
    """
    if not candidates:
        return None
    # a day of 1 January is what systems write that know the year alone
    first = next((one for one in candidates if not _new_year(one)), candidates[0])
    for other in candidates[1:]:
        near = abs(other.instant - first.instant) <= SAME_STORY
        if near and _exactness(other) > _exactness(first):
            first = replace(other, confidence=max(first.confidence, other.confidence))
    if feed and abs(feed.instant - first.instant) <= SAME_STORY:
        return replace(first, confidence=min(0.99, first.confidence + 0.04))
    if feed and first.confidence < feed.confidence:
        return feed
    return first


def _new_year(found: DateEvidence) -> bool:
    day = found.instant
    return found.precision is Precision.DAY and (day.month, day.day) == (1, 1)


def _exactness(found: DateEvidence) -> int:
    if found.precision is Precision.DAY:
        return 0
    return 1 if found.offset_minutes is None else 2


def _days_apart(one: DateEvidence, other: DateEvidence) -> int:
    return abs((one.instant.date() - other.instant.date()).days)


def _on_local_day(
    chosen: DateEvidence, address: DateEvidence | None, seen: _Witness, reader: DateReader
) -> DateEvidence:
    """A stamp in UTC on the newsroom's own day, by its clock where that is known or the address.

    A label's day counts where the clock of the page's country explains it. The instant stays.
    """
    if chosen.precision is Precision.DAY or chosen.offset_minutes != 0:
        return chosen
    there = chosen.instant.date()
    zone = reader.zone or home_zone(reader.url, reader.tag)
    here = chosen.instant.astimezone(zone)
    told = address or seen()
    if told is None or (told.precision is not Precision.DAY and told.offset_minutes is not None):
        known = reader.zone is not None and chosen.instant.time() != time.min  # midnight is a day
        agreed = here.date() if known else there
    else:
        agreed = told.instant.date()
    if agreed == there:
        return chosen
    offset = here.utcoffset() if here.date() == agreed else None
    if offset is None and told is address:
        offset = _offset_to(agreed, chosen.instant)
    return replace(chosen, offset_minutes=int(offset.total_seconds() // 60)) if offset else chosen


def _offset_to(day: date, instant: datetime) -> timedelta | None:
    """The least offset in whole hours that puts an instant on the day before or after its own."""
    hours = chain.from_iterable((ahead, -ahead) for ahead in range(1, FARTHEST_EAST + 1))
    offsets = (timedelta(hours=ahead) for ahead in hours if ahead >= FARTHEST_WEST)
    return next((one for one in offsets if (instant + one).date() == day), None)


def _from_entry(page: Page, reader: DateReader) -> DateEvidence | None:
    entry = page.entry
    if entry is None or entry.published is None:
        return None
    if not reader.plausible(entry.published):
        return None
    raw = entry.published_raw or ""
    moment = read_date(raw, order=None, home=reader.zone)
    day = moment is not None and moment.precision is Precision.DAY
    return DateEvidence(
        # a listing counts a day from the newsroom's midnight, which is UTC's day before in Asia
        instant=moment.instant(None) if moment and day else entry.published,
        precision=moment.precision if moment else Precision.SECOND,
        source=entry.kind,
        raw=raw or entry.published.isoformat(),
        offset_minutes=moment.offset if moment else None,
        confidence=0.86,
    )


def _from_url(reader: DateReader) -> DateEvidence | None:
    url = unquote(reader.url)[8:]
    found = _URL_DAY.search(url)
    if not found:
        ident = _URL_IDENT.search(url)
        if not ident and (ident := _URL_DAY_FIRST.search(url)):
            return reader.stamp("-".join(reversed(ident.groups())), "url", 0.4)
        return reader.stamp("-".join(ident.groups()), "url", 0.45) if ident else None
    name = found["m"] or found["mon"]
    month = int(name) if name.isdigit() else month_number(name, reader.language) or 0
    raw = f"{found['y'] or found['y2']}-{month:02d}-{int(found['d'] or found['d2']):02d}"
    return reader.stamp(raw, "url", SURE_ADDRESS)


def _from_title(parsed: Parsed, reader: DateReader) -> DateEvidence | None:
    found = read_date(parsed.title_tag, order=reader.order, language=reader.language)
    return reader.stamp(found.local.date().isoformat(), "title", 0.35) if found else None
