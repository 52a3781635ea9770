"""What speaks for each country, and which countries that makes a story be about.

The words that vote are found in `places`; here they are weighed. A story that names no place is
about the country of the company it is about, else about the one country its language is at home in.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from crawler.article import Place
from crawler.enrichment.gazetteer import homes
from indexer.vocabulary.places import City, country_names, regions

_COMPANY_VOTE = 0.35
_SUBJECT_VOTE = 0.7  # the company the title is about
_HOME_FIRM_VOTE = 1.5  # ... in the language of the firm's own country
_HOME_VOTE = 0.3
_MENTIONED_IN_LEAD = 2.0  # less than any mention in a title
_ONE_MARKET = frozenset({"Southeast Asia", "Latin America", "Africa"})
_DAMPING = 0.85  # each further mention of a country counts this much of the one before
_LEAST_SCORE = 1.0
_LEAST_IN_LONG = 1.05  # one word far down a long text is no subject
_SHARE_OF_BEST = 0.4
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


def head_offices(
    votes: dict[str, Votes], title: str, short: bool, tongue: str, companies: list[tuple[str, str]]
) -> str | None:
    """Let head offices vote; the country of the company that the story is about, or None."""
    subject = None
    counted: set[str] = set()
    at_home = _at_home(tongue)
    for rank, (company, code) in enumerate(companies):
        in_title = company in title
        # Where a language has a home, a firm named in passing moves no story out of it.
        first = rank == 0 and (in_title or (short and not at_home))
        if code not in counted:  # ten firms of one country say no more than one
            home_firm = first and in_title and code in at_home[:1]
            vote = _HOME_FIRM_VOTE if home_firm else _SUBJECT_VOTE if first else _COMPANY_VOTE
            votes[code].add(vote, company)
        counted.add(code)
        subject = code if first else subject
    return subject


def home(
    votes: dict[str, Votes],
    subject: str | None,
    tongue: str,
    site_country: str | None,
    *,
    placeless: bool = False,
) -> None:
    """Where a story that names no place plays: at its company's, else at its readers'.

    placeless: the story is of a kind that plays nowhere, as tests of gadgets do.
    """
    at_home = _at_home(tongue)
    home_code = site_country if site_country in at_home else next(iter(at_home), None)
    if home_code is not None and (len(at_home) == 1 or home_code == site_country):
        votes[home_code].add(_HOME_VOTE, f"written in {tongue}")
    # The world's press takes American firms for granted.
    if subject == "US" and not (placeless and at_home):
        subject = None
    if subject and home_code and _shares_market(subject, home_code):
        subject = None
    code = subject or (None if placeless else home_code)
    best = max((found.score() for found in votes.values()), default=0.0)
    enough = _LEAST_SCORE if subject or not at_home else _MENTIONED_IN_LEAD
    named = any(votes[neighbour].score() >= _LEAST_SCORE for neighbour in at_home)
    if best < enough and code is not None and not named:
        why = "head office" if subject else f"written in {tongue}"
        votes[code].add(_LEAST_IN_LONG - votes[code].score() * _DAMPING, why)


def _at_home(tongue: str) -> tuple[str, ...]:
    return homes().get(tongue) or homes().get(tongue.split("-")[0], ())


def _shares_market(subject: str, home_code: str) -> bool:
    """Whether the firm is one of a region's that its neighbours take for theirs, as Grab is."""
    region = regions().get(subject)
    return region in _ONE_MARKET and region == regions().get(home_code)


def primary(votes: dict[str, Votes], short: bool) -> tuple[Place, ...]:
    """The countries with enough votes, the most important first, with their cities."""
    least = _LEAST_SCORE if short else _LEAST_IN_LONG
    scores = {code: votes[code].score() for code in votes if code in regions()}
    best = max(scores.values(), default=0.0)
    floor = max(least, _SHARE_OF_BEST * best)
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
