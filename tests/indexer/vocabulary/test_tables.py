"""The tables of names check themselves: codes, doubles, licences."""

from collections import Counter
from pathlib import Path

import pytest

from indexer.vocabulary.companies import COMPANIES, companies
from indexer.vocabulary.places import (
    CITIES,
    COUNTRIES,
    LANGUAGES,
    PLACE_NAMES,
    REGION_NAMES,
    TOWNS,
    country_names,
    region_rules,
    regions,
)
from indexer.vocabulary.tables import listed, rows

ROOT = Path(__file__).parents[3]
LICENCES = {
    CITIES: "GeoNames, CC BY 4.0",
    TOWNS: "GeoNames, CC BY 4.0",
    COUNTRIES: "Unicode License",
    REGION_NAMES: "Unicode License",
    LANGUAGES: "Unicode License",
    PLACE_NAMES: "own compilation",
    COMPANIES: "own compilation",
}


@pytest.mark.parametrize("table", LICENCES, ids=lambda path: path.stem)
def test_a_table_names_its_licence_or_that_it_is_our_own(table: Path) -> None:
    assert LICENCES[table] in table.read_text(encoding="utf-8").splitlines()[0]
    assert "GeoNames" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_country_stands_in_one_region_and_has_a_name() -> None:
    rules = region_rules()["regions"].values()
    codes = Counter(code for listed_codes in rules for code in listed_codes.split())

    assert [code for code, count in codes.items() if count > 1] == []
    assert set(codes) <= set(country_names())


@pytest.mark.parametrize(
    ("table", "column"),
    [(CITIES, 1), (TOWNS, 1), (PLACE_NAMES, 2)],
    ids=["cities", "towns", "names"],
)
def test_every_country_of_a_table_is_known(table: Path, column: int) -> None:
    assert {row[column] for row in rows(table)} <= set(regions())


def test_every_head_office_lies_in_a_country_we_know() -> None:
    assert {company.country for company in companies()} <= set(regions())


def test_listed_names_have_a_known_kind_and_stand_once() -> None:
    seen: Counter[tuple[str, ...]] = Counter()
    for kind, language, codes, city, names in rows(PLACE_NAMES):
        assert kind in ("country", "city", "area")
        assert names.strip()
        assert (kind == "city") == bool(city)
        seen.update((kind, language, codes, city, name) for name in listed(names))

    assert [key for key, count in seen.items() if count > 1] == []


def test_a_listed_name_is_no_beginning_of_a_word() -> None:
    assert [row for row in rows(PLACE_NAMES) if "~" in row[4]] == []


def test_every_city_with_further_names_stands_in_the_tables() -> None:
    cities = {(row[0], row[1]) for table in (CITIES, TOWNS) for row in rows(table)}
    named = {(row[3], row[2]) for row in rows(PLACE_NAMES) if row[0] == "city"}

    assert named <= cities


@pytest.mark.parametrize("table", [CITIES, TOWNS], ids=lambda path: path.stem)
def test_cities_lie_on_earth_and_have_people(table: Path) -> None:
    for row in rows(table):
        assert -90 <= float(row[3]) <= 90
        assert -180 <= float(row[4]) <= 180
        assert int(row[5]) >= 0


def test_companies_stand_once_and_tickers_name_their_exchange() -> None:
    names = Counter(company.name for company in companies())
    tickers = [company.ticker for company in companies() if company.ticker]

    assert [name for name, count in names.items() if count > 1] == []
    assert all(":" in ticker for ticker in tickers)
