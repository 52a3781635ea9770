"""Which of its namesakes a name means, by what else the text names.

A local paper writes "Athens" and means the town it is printed in; the county, the sheriff and the
state it names beside are the witnesses. A story about the United States in which Paris occurs is
still about Paris.
"""

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field

from crawler.enrichment.gazetteer import Name, cities_called, place_rules
from crawler.enrichment.places.qualifiers import Qualified
from indexer.vocabulary.places import City

_WORLD_CITY = 700  # thousands of people; renamed only by two witnesses
_LOCAL = 2


@dataclass
class Witnesses:
    """What a text says of where it plays, beside the names of cities."""

    local: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    areas: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    said: dict[str, Qualified] = field(default_factory=dict)  # by lower-case spelling

    def hear(self, name: Name, words: str) -> None:
        for code in name.countries[:1]:
            if name.kind == "local":
                self.local[code].add(words)
            for area in name.areas:
                self.areas[code, area] += 1

    def qualify(self, spelling: str, meant: Qualified) -> None:
        self.said.setdefault(spelling.lower(), meant)
        if meant.area is not None:
            self.areas[meant.country, meant.area] += 1

    def namesake(self, spelling: str, best: City) -> City | None:
        """The smaller place of that spelling that the witnesses speak for, or None."""
        fitting = [
            city for city in cities_called(spelling) if city != best and self._fits(city, best)
        ]
        return max(fitting, key=self._standing, default=None)

    def _fits(self, city: City, best: City) -> bool:
        strength = len(self.local.get(city.country, ()))
        in_area = (city.country, city.area) in self.areas
        if best.people < _WORLD_CITY:
            return in_area or (city.country != best.country and strength > 0)
        return city.country != best.country and strength + in_area >= _LOCAL

    def _standing(self, city: City) -> tuple[int, int]:
        return self.areas.get((city.country, city.area), 0), city.people

    def city_in(self, name: str, part: Name) -> City | None:
        """The largest place of that name in the part of its country."""
        inside = (
            city
            for city in cities_called(name)
            if city.country in part.countries and city.area in part.areas
        )
        return max(inside, key=lambda city: city.people, default=None)

    def home_of(self, country_name: str, seen: Container[str]) -> str | None:
        """The country whose town or state is meant by a country's name: Lebanon in Ohio.

        seen: the countries that something else speaks for.
        """
        states = place_rules()["contested"].get(country_name)
        if states is None:
            return None
        towns = (city for city in cities_called(country_name) if city.country == "US")
        named = any(("US", city.area) in self.areas for city in towns)
        return "US" if self.local.get("US") or named or (states and "US" in seen) else None
