"""The day in a dateline: "SEOUL, Nov. 3 (Reuters) -", 新华社北京4月24日电, "Ulm (3.5.2021)."

Asked where no field, label or address tells a day. A dateline without a year is of the address's,
else of the last such day before the page's last change or its fetch.
"""

import re
from datetime import date, datetime, timedelta

from crawler.article import DateEvidence
from crawler.extraction.dates.date_reader import DateReader
from crawler.extraction.paragraphs import story_paragraphs
from crawler.extraction.parsing import Parsed
from crawler.extraction.titles import heading_text
from crawler.formats.months import month_number

CONFIDENCE = 0.35
FRESH = timedelta(days=180)  # a page that is fetched later is no news
FIRST_PARAGRAPHS = 2
MOST_CHARS = 120

_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_PLACE = r"^\W{0,2}[^\W\d][^\d().:;!?]{1,45}?"
_AGENCY = r"(?P<agency>[(/][^()/\d]{2,40}[)/]\s*)"
_DASH = r"(?:[—–―-]|:(?=\s))(?!\s?\d)"
# "SEOUL, Nov. 3 (Reuters) -", "Berlin, 3. Mai (dpa) –", "MADRID, 3 de noviembre (EFE).-"
_WRITTEN = re.compile(
    rf"{_PLACE}(?P<comma>[,/])?\s(?:(?P<m>[^\W\d_]{{3,12}})\.?\s(?P<d>{_DAY})"
    rf"|(?P<d2>{_DAY})\.?\s(?:de\s)?(?P<m2>[^\W\d_]{{3,12}})\.?)"
    rf"(?:,?\s(?:de\s)?(?P<y>{_YEAR}))?,?\s*{_AGENCY}?\.?\s?{_DASH}"
)
# "Karlsruhe, (12.11.2021)."
_IN_BRACKETS = re.compile(rf"{_PLACE},?\s?\((?P<date>[^()]{{6,25}})\)\s?[.:–—-]")
_HAN = re.compile(
    rf"^\W{{0,2}}[\u3400-\u9fff]{{2,14}}?\s?(?:(?P<y>{_YEAR})年)?(?P<m>1[0-2]|0?[1-9])月(?P<d>{_DAY})日"
    r"(?:[电電讯訊]|消息|報導|报道)"
)
_YEAR_OF_ADDRESS = re.compile(rf"[/_-](?P<y>{_YEAR})(?=[/_-]|(?:0[1-9]|1[0-2])(?:[/_-]|\d\d\D))")


def find_dateline(
    parsed: Parsed, reader: DateReader, modified: DateEvidence | None
) -> DateEvidence | None:
    """The day that opens the story; None where none does or its year is unknown."""
    body = parsed.tree.find("body")
    paragraphs = [] if body is None else story_paragraphs(list(body.iter()), 0)
    for paragraph in paragraphs[:FIRST_PARAGRAPHS]:
        text = heading_text(paragraph)[:MOST_CHARS]
        if found := _told(text, reader, modified):
            return found
    return None


def _told(text: str, reader: DateReader, modified: DateEvidence | None) -> DateEvidence | None:
    if found := _IN_BRACKETS.match(text):
        return reader.stamp(found["date"], "dateline", CONFIDENCE)
    if found := _HAN.match(text):
        month: int | None = int(found["m"])
        day = found["d"]
    elif (found := _WRITTEN.match(text)) and (found["comma"] or found["agency"]):
        month = month_number(found["m"] or found["m2"], reader.language)
        day = found["d"] or found["d2"]
    else:
        return None
    if month is None:
        return None
    year = int(found["y"]) if found["y"] else _year(month, int(day), reader, modified)
    raw = f"{year}-{month:02d}-{int(day):02d}"
    return reader.stamp(raw, "dateline", CONFIDENCE) if year else None


def _year(month: int, day: int, reader: DateReader, modified: DateEvidence | None) -> int | None:
    if named := _YEAR_OF_ADDRESS.search(reader.url[8:]):
        return int(named["y"])
    if modified is not None:
        return _last(month, day, modified.instant)
    return _last(month, day, reader.now) if reader.fetch_time_known else None


def _last(month: int, day: int, before: datetime) -> int | None:
    """The year of the last such day; None when that is long ago."""
    latest = (before + timedelta(days=1)).date()
    for year in (latest.year, latest.year - 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= latest:
            return year if latest - found <= FRESH else None
    return None
