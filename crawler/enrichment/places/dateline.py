"""The dateline: the city a report names before its first sentence.

`HANGZHOU -`, `[SYDNEY]`, `CITY (Reuters) -`, `新华社北京4月24日电`, `(서울=연합뉴스)`. Only the first
lines are read.
"""

# ruff: noqa: E501 - a pattern reads best as one list of words

import re
from typing import NamedTuple

from crawler.enrichment.gazetteer import cities_called
from crawler.enrichment.places.qualifiers import qualified
from indexer.vocabulary.places import City

_READ_CHARACTERS = 240
_NAME = r"[^\W\d_][\w.'’ -]{1,28}[\w.]"
_REST = r"(?:,\s?[^\W\d_][\w. ]{1,24}){0,2}"  # ", California"
_AGENCY = r"\([^()\n]{2,40}\)"
_MONTH = (
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|ene|abr|ago|dic|fev|mai|out|dez|janv|févr"
    r"|avr|juin|juil|août|déc|gen|mag|giu|lug|set|ott|Mär|Okt|Dez|янв|фев|мар|апр|ма|июн|июл|авг"
    r"|сен|окт|ноя|дек)[^\W\d_]*\.?"
)
_DATE = rf"(?:{_MONTH}\s\d{{1,2}}|\d{{1,2}}\.?\s(?:de\s)?{_MONTH})(?:,?\s\d{{4}})?"
_DASH = r"\s?(?:--|[-–—―])\s"
_CAPITALS = r"[^\W\d_a-z][^\W\da-zа-я_]+(?:[ '.-][^\W\da-zа-я_]+){0,3}"
_FORMS = tuple(
    re.compile(form)
    for form in (
        # CITY, Country, 12 May (Agency) -   with at least an agency, a date or capitals
        rf"^(?P<place>{_NAME}){_REST},?\s{_AGENCY}\s?(?:{_DASH}|:\s|\.-?\s)",
        rf"^(?P<place>{_NAME}){_REST},\s(?:le\s)?{_DATE}\.?,?\s?(?:{_AGENCY}|/[^/\n]{{2,30}}/)?"
        rf"\.?\s?(?:--|[-–—―:]|\.-)",
        rf"^(?P<place>{_CAPITALS}){_REST}(?:{_DASH}|:\s|\.\s?[-–—]?\s(?=\S))",
        rf"^\[(?P<place>{_NAME})\]",
        r"^\(?(?P<place>[A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+){0,2})(?:, [A-Z][\w. ]{2,20})? ?[–—] ",
        # Site.com, City -   (Indonesia)
        rf"^[\w.]+\.(?:com|co|id|CO|COM)\s?,\s(?P<place>{_NAME})\s?[-–—]",
        r"^(?P<place>[A-Z]{3,20}),\s[\w.]+\.(?:com|COM|id)\s?[-–—]",
        # (AGENCY) - CITY, 12 MAR -   (Italy)
        r"^\([A-Z][\w ]+\)\s?[-–—]\s(?P<place>[A-Z' ]{3,20}),",
        # Chinese, Japanese, Korean
        r"^[(（【〔]?(?:新华社|新華社|中新社|中新网|中央社|人民网|央广网|记者)?(?P<place>[\u4e00-\u9fff]{2,6}?)"
        r"\d{0,2}月?\d{1,2}日?(?:电|電|讯|訊)",
        r"^[(（【〔](?P<place>[\u4e00-\u9fff]{2,6}?)(?:\d{1,2}日)?(?:讯|訊|电|電)[)）】〕]",
        r"^[(（【〔]?(?:記者|中央社)[\u4e00-\u9fff]{2,8}?[/／](?P<place>[\u4e00-\u9fff]{2,4}?)(?:報導|\d)",
        r"^[(（【〔]中央社(?:記者[\u4e00-\u9fff]{2,4}?)?(?P<place>[\u4e00-\u9fff]{2,4}?)\d",
        r"^【(?P<place>[\u30a0-\u30ff\u4e00-\u9fff]{2,12})(?:[=＝]|】)",
        r"^[(\[【](?P<place>[가-힣]{2,6})\s?[=＝]",
        r"^[(（](?P<place>[\u4e00-\u9fff]{2,4})\s?[=＝]",
        # Arabic, Hindi and others: name, then a dash, a colon or an agency in brackets
        r"^(?P<place>[\u0600-\u06ff]{2,12}(?: [\u0600-\u06ff]{2,12})?)\s?(?:\([^()\n]{2,30}\)\s?)?[-–—:]\s",
        r"^(?P<place>[\u0900-\u097f]{2,14}(?: [\u0900-\u097f]{2,14})?)(?:, [^:।\n]{2,30})?\s?[:।]\s",
    )
)


class Dateline(NamedTuple):
    """The place a report is from; city is None where the tables have none in that country."""

    name: str
    country: str
    city: City | None


def find_dateline(body: str, site_country: str | None = None) -> Dateline | None:
    """What the dateline names, or None; towns of 15,000 people and more are known here."""
    head = body[:_READ_CHARACTERS].replace("\u00a0", " ")
    for line in [part.strip() for part in head.split("\n")][:3]:
        if not line:
            continue
        for form in _FORMS:
            found = form.match(line)
            meant = _meant(found, line, site_country) if found else None
            if meant is not None:
                return meant
    return None


def _meant(found: re.Match[str], line: str, site_country: str | None) -> Dateline | None:
    place = found["place"].strip(" .,")
    said = qualified(place, line, found.end("place"))
    if said is not None:
        return Dateline(said.city.name if said.city else place, said.country, said.city)

    def likely(city: City) -> float:
        return float(city.people**0.25) + (2 if city.country == site_country else 0)

    city = max(cities_called(place), key=likely, default=None)
    return Dateline(city.name, city.country, city) if city else None
