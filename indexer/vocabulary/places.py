"""Regions, countries and cities as the tables beside this file list them."""

from functools import cache
from typing import Any, NamedTuple

from indexer.vocabulary.tables import HERE, load_yaml, rows

COUNTRIES = HERE / "countries.tsv"
CITIES = HERE / "cities.tsv"
TOWNS = HERE / "towns.tsv"
REGION_NAMES = HERE / "region_names.tsv"
PARTS = HERE / "parts.tsv"
COUNTIES = HERE / "counties.tsv"
NAMESAKES = HERE / "namesakes.tsv"  # places smaller than towns, called like something larger
LANGUAGES = HERE / "languages.tsv"
PLACE_NAMES = HERE / "place_names.tsv"  # what the cut tables lack


class City(NamedTuple):
    """A city: area is GeoNames' admin1 code; people in thousands; degrees."""

    name: str
    country: str
    area: str
    latitude: float
    longitude: float
    people: int


def city_of(row: list[str]) -> City:
    """The city of a row of `CITIES` or `TOWNS`."""
    name, country, area, latitude, longitude, people = row[:6]
    return City(name, country, area, float(latitude), float(longitude), int(people))


@cache
def region_rules() -> dict[str, Any]:
    """regions.yaml as it stands."""
    return load_yaml(HERE / "regions.yaml")


@cache
def regions() -> dict[str, str]:
    """Country code -> name of its region."""
    return {
        code: region
        for region, codes in region_rules()["regions"].items()
        for code in codes.split()
    }


@cache
def country_names() -> dict[str, str]:
    """Country code -> English name."""
    names = {row[0]: row[1] for row in rows(COUNTRIES)}
    names.update(region_rules()["country_names"])
    return names
