"""What speaks for each country, and which countries that makes a story be about.

The words that vote are found in `places`; here they are weighed. No word, no country: language,
publisher and the head offices of companies say nothing of what a story is about.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from crawler.article import Place
from indexer.vocabulary.places import City, country_names, regions

_DAMPING = 0.85  # each further mention of a country counts this much of the one before
_LEAST_SCORE = 1.0
_LEAST_IN_LONG = 1.05  # one word far down a long text is no subject
_SHARE_OF_BEST = 0.4
_SHARE_OF_BEST_IN_SHORT = 0.2  # a few sentences name nothing in passing
_MOST_COUNTRIES = 6
_MOST_CITIES = 2


@dataclass
class Votes:
    """What speaks for one country."""

    values: list[float] = field(default_factory=list)
    cities: dict[City, float] = field(default_factory=lambda: defaultdict(float))
    phrases: dict[str, None] = field(default_factory=dict)

    def add(self, value: float, phrase: str, city: City | None = None) -> None:
        self.values.append(value)
        self.phrases[phrase] = None
        if city is not None:
            self.cities[city] += value

    def score(self) -> float:
        best_first = sorted(self.values, reverse=True)
        return sum(value * _DAMPING**rank for rank, value in enumerate(best_first))


def primary(votes: dict[str, Votes], short: bool) -> tuple[Place, ...]:
    """The countries with enough votes, the most important first, with their cities."""
    least = _LEAST_SCORE if short else _LEAST_IN_LONG
    scores = {code: votes[code].score() for code in votes if code in regions()}
    best = max(scores.values(), default=0.0)
    share = _SHARE_OF_BEST_IN_SHORT if short else _SHARE_OF_BEST
    floor = max(least, share * best)
    chosen = sorted((code for code in scores if scores[code] >= floor), key=lambda c: -scores[c])
    places: list[Place] = []
    for code in chosen[:_MOST_COUNTRIES]:
        places.extend(_places_of(code, scores[code], votes[code]))
    return tuple(places)


def _places_of(code: str, score: float, votes: Votes) -> list[Place]:
    cities = sorted(votes.cities, key=lambda city: -votes.cities[city])[:_MOST_CITIES]
    most = votes.cities[cities[0]] if cities else 0.0
    kept: list[City | None] = [
        city for city in cities if votes.cities[city] >= max(0.9, 0.5 * most)
    ]
    phrases = tuple(votes.phrases)[:8]
    return [
        Place(
            region=regions()[code],
            country=country_names()[code],
            country_code=code,
            score=round(score, 2),
            city=city.name if city else None,
            latitude=city.latitude if city else None,
            longitude=city.longitude if city else None,
            phrases=phrases,
        )
        for city in (kept or [None])
    ]
