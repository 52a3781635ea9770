"""The place tables check themselves: codes, doubles, licences."""

from collections import Counter
from pathlib import Path

import pytest

from crawler.enrichment import gazetteer
from indexer.vocabulary import places
from indexer.vocabulary.companies import companies
from indexer.vocabulary.tables import HERE, listed, rows

ROOT = Path(__file__).parents[3]
PLACE_NAMES = gazetteer.HERE / "place_names.tsv"
TABLES = (places.CITIES, places.TOWNS, places.COUNTRIES, HERE / "companies.tsv", PLACE_NAMES)


def test_every_table_names_its_licence_or_that_it_is_our_own() -> None:
    heads = {path.name: path.read_text(encoding="utf-8").splitlines()[0] for path in TABLES}

    assert "GeoNames, CC BY 4.0" in heads["cities.tsv"]
    assert "GeoNames, CC BY 4.0" in heads["towns.tsv"]
    assert "Unicode License" in heads["countries.tsv"]
    assert "own compilation" in heads["place_names.tsv"]
    assert "own compilation" in heads["companies.tsv"]
    assert "GeoNames" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_country_stands_in_one_region_and_has_a_name() -> None:
    codes = [
        code for listed in places.region_rules()["regions"].values() for code in listed.split()
    ]

    assert [code for code, count in Counter(codes).items() if count > 1] == []
    assert set(codes) <= set(places.country_names())


def test_every_code_of_the_tables_is_known() -> None:
    known = set(places.regions())

    assert {row[1] for row in rows(places.CITIES)} <= known
    assert {row[1] for row in rows(places.TOWNS)} <= known
    listed = {code for row in rows(PLACE_NAMES) for code in row[2].split()}
    assert listed - set(places.region_rules()["regions"]) <= known
    homes = {code for codes in gazetteer.homes().values() for code in codes}
    assert homes <= known
    assert {company.country for company in companies()} <= known


def test_listed_names_have_a_known_kind_and_stand_once() -> None:
    seen: Counter[tuple[str, str, str, str]] = Counter()
    for kind, language, codes, _, names in rows(PLACE_NAMES):
        assert kind in gazetteer.WEIGHTS
        assert names.strip()
        seen.update((kind, language, codes, name) for name in listed(names))

    assert [key for key, count in seen.items() if count > 1] == []


@pytest.mark.parametrize("table", [places.CITIES, places.TOWNS], ids=lambda path: path.stem)
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
