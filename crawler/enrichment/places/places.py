"""Which places a story is about: region, country and city, with the words that say so.

Every mention votes for a country, more in the title than at the end; cities of one name are told
apart by what stands behind them (`qualifiers`) and by what else the text names (`namesakes`).
`votes` weighs the votes; where the publisher sits does not count.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from crawler.article import Place
from crawler.enrichment.gazetteer import WEIGHTS, Name, gazetteer, is_tech_town, place_rules
from crawler.enrichment.matching import PhraseMatch, Text, longest
from crawler.enrichment.places.dateline import find_dateline
from crawler.enrichment.places.namesakes import Witnesses
from crawler.enrichment.places.qualifiers import (
    Qualified,
    qualified,
    short_forms,
    state_before,
    town_before,
)
from crawler.enrichment.places.signs import Signs
from crawler.enrichment.places.votes import Votes, primary
from indexer.vocabulary.places import City

READ_CHARACTERS = 8_000
_LEAD_CHARACTERS = 600
_TITLE_VOTE = 2.5
_LEAD_VOTE = 1.6
_DATELINE_VOTE = 3.0
_SMALL_CITY = 200  # thousands of people; one that needs a second sign
_GLUED_PEOPLE = 500  # thousands; Arabic prefixes are not cut off into smaller cities' names
_SHORT_TEXT = 700  # characters; in so few one word in passing is enough

# Words beside the place that money comes from, which the story is about only if the title says so.
_INVESTOR = re.compile(
    r"\b(?:funds?|investors?|fonds|fond\w{0,3}|fondo|fundo|fundusz\w*|fund\w{0,4}|фонд\w{0,3}|quỹ|venture|vc"
    r"|invest[a-z]{4,8}|riskkapital|fon|sijoitta\w*)\b|基金|ファンド|펀드",
    re.IGNORECASE,
)
_BESIDE_CHARACTERS = 24
# Kinds of names that a state or country behind them makes a town of: "Lebanon, N.H.".
_NAMESAKES = frozenset({"country", "area", "metonym", "hub"})
_QUALIFIED = _NAMESAKES | {"city"}
Mention = tuple[PhraseMatch, Name]

# Cities that stand for what sits in them.
_SEATS = {"Brussels": "EU"}


@cache
def _initials(language: str) -> tuple[re.Pattern[str], dict[str, str]] | None:
    """Characters that stand for a country in its headlines: how to find them, and which."""
    known = place_rules()["initials"].get(language)
    if known is None:
        return None
    return re.compile(f"(?:^|[ 　、・]|対)([{''.join(known)}])(?=[、・ 　,]|[ァ-ヴ]{{3}})"), known


def find_places(
    title: str,
    body: str,
    language: str | None = None,
    site_country: str | None = None,
) -> tuple[Place, ...]:
    """The places the story is about, the most important country first.

    language: BCP 47 tag of the text; names that mean something else in it are left out.
    site_country: tells apart cities of one name, and votes for nothing by itself.
    """
    text = Text.of(f"{title}\n{body[:READ_CHARACTERS]}")
    tongue = language or "en"
    found = [
        (match, name)
        for match in _first(longest(_spoken_matches(text, {tongue, tongue.split("-")[0]})))
        if (name := gazetteer().names[match.key]).kind != "mask"
    ]
    votes: dict[str, Votes] = defaultdict(Votes)
    signs = Signs(text, len(title), tongue)
    reader = _PlaceReader(text, len(title), site_country, votes, signs)
    reader.dateline(body)
    found = reader.qualified([pair for pair in found if not signs.cut_out(pair[0])])
    reader.sure(found)
    reader.cities(found)
    reader.contested(found)
    reader.initials(title, tongue)
    short = len(title) + len(body) < _SHORT_TEXT
    return primary(votes, short)


def _first(matches: Iterable[PhraseMatch]) -> Iterator[PhraseMatch]:
    """Of names that overlap the one that begins first: Los Angeles before Angeles City."""
    start, end = 0, 0
    for match in matches:
        if match.start >= end or match.start == start:
            start, end = match.start, max(end, match.end)
            yield match


def _spoken_matches(text: Text, tongues: set[str]) -> Iterator[PhraseMatch]:
    names = gazetteer().names
    for match in gazetteer().phrases.find(text):
        languages = names[match.key].languages
        if languages is None or not languages.isdisjoint(tongues):
            yield match


@dataclass
class _PlaceReader:
    """One text being read: turns mentions into votes."""

    text: Text
    title_length: int
    site_country: str | None
    votes: dict[str, Votes]
    signs: Signs
    witnesses: Witnesses = field(default_factory=Witnesses)

    def dateline(self, body: str) -> None:
        found = find_dateline(body, self.site_country)
        if found is not None:
            code = _SEATS.get(found.name, found.country)
            self.votes[code].add(_DATELINE_VOTE, f"dateline {found.name}", found.city)

    def initials(self, title: str, tongue: str) -> None:
        """Let the Han characters vote that stand for a country in a title: 米、 for the US."""
        known = _initials(tongue)
        if known is None:
            return
        for character in known[0].findall(title):
            self.votes[known[1][character]].add(WEIGHTS["country"] * _TITLE_VOTE, character)

    def qualified(self, found: list[Mention]) -> list[Mention]:
        """Let names vote that have their state or country behind them; the others are left."""
        for at, spelt, country, area in short_forms(self.text.shaped):
            self.witnesses.areas[country, area] += 1
            self.witnesses.local[country].add(spelt)
            self.votes[country].add(self._weighed(at, "local"), spelt)
        states = {match.end: name for match, name in found if name.areas and name.kind == "area"}
        here: dict[PhraseMatch, Qualified] = {}
        for match, name in found:
            meant = self._qualified(match, name, states) if name.kind in _QUALIFIED else None
            if meant is not None:
                here[match] = meant
                self.witnesses.qualify(self._words(match), meant)
        left = []
        for match, name in found:
            meant = here.get(match)
            if meant is None and name.kind in _QUALIFIED:  # named so elsewhere in the text
                meant = self.witnesses.said.get(self._words(match).lower())
            if meant is None or (name.kind != "city" and meant.country in name.countries):
                left.append((match, name))
            else:
                self._vote_for(meant.country, match, "city", meant.city)
        return left

    def _qualified(
        self, match: PhraseMatch, name: Name, states: dict[int, Name]
    ) -> Qualified | None:
        state = state_before(self.text.shaped, match.start, states)
        if state is not None and name.kind == "city":
            city = self.witnesses.city_in(name.cities[0].name, state)
            return Qualified(state.countries[0], state.areas[0], city)
        meant = qualified(self._words(match), self.text.shaped, match.end)
        if meant is not None and name.kind != "city" and meant.country in name.countries:
            return None
        return meant

    def sure(self, found: list[Mention]) -> None:
        """Let every name vote that means one place, a risky one if its country is seen too."""
        doubtful = []
        for match, name in found:
            if name.kind == "city" or (name.kind == "metonym" and self.signs.based(match)):
                continue
            if name.kind == "demonym" and self.signs.a_persons_first_name(match):
                continue
            self.witnesses.hear(name, self._words(match))
            if self._is_contested(match, name):
                continue
            if self.signs.risky(name) and not self.signs.supported(match, name):
                doubtful.append((match, name))
            else:
                self._vote(match, name)
        for match, name in doubtful:
            if name.countries[0] in self.votes and not self.signs.in_a_name(match):
                self._vote(match, name)

    def contested(self, found: list[Mention]) -> None:
        """Let the names vote that are a country's and an American town's or state's."""
        for match, name in found:
            if not self._is_contested(match, name):
                continue
            code, words = name.countries[0], self._words(match)
            home = self.witnesses.home_of(words, self.votes)
            home = home or town_before(self.text.shaped, match.start, words)
            if home is not None and code not in self.votes:
                self._vote_for(home, match, "city", None)
            elif code in self.votes or not name.risky or self.signs.supported(match, name):
                self._vote(match, name)

    def _is_contested(self, match: PhraseMatch, name: Name) -> bool:
        return name.kind == "country" and self._words(match) in place_rules()["contested"]

    def _vote(self, match: PhraseMatch, name: Name) -> None:
        for code in name.countries:
            self._vote_for(code, match, name.kind, name.cities[0] if name.cities else None)

    def _vote_for(self, code: str, match: PhraseMatch, kind: str, city: City | None) -> None:
        self.votes[code].add(self._weight(match, kind), self._words(match), city)

    def cities(self, found: list[Mention]) -> None:
        sure = frozenset(code for code, votes in self.votes.items() if votes.score() >= 0.7)
        meant = {
            (match.start, match.end): name
            for match, name in found
            if name.kind not in ("city", "demonym")
        }
        for match, name in found:
            if name.kind != "city":
                continue
            other = meant.get((match.start, match.end))
            if other and other.kind == "metonym" and not self.signs.based(match):
                continue
            city = self._choose(match, name, sure)
            if city is None:
                continue
            # The Indian state of Gujarat is no city in Pakistan, though one is spelt like it.
            if other and other.kind == "area" and city.country not in other.countries:
                continue
            self._vote_for(city.country, match, "city", city)

    def _choose(self, match: PhraseMatch, name: Name, sure: frozenset[str]) -> City | None:
        best = max(name.cities, key=lambda city: self._likely(city, sure))
        if self.signs.written_small(match) or self.signs.behind_saint(match):
            return None
        if (self.signs.risky(name) or best.people < _GLUED_PEOPLE) and self.signs.glued(match):
            return None
        if best.country not in sure or len(name.cities) > 1:
            best = self.witnesses.namesake(self._words(match), best) or best
        supported = self.signs.supported(match, name)
        small = best.people < _SMALL_CITY and not is_tech_town(best)
        if (self.signs.risky(name) or small) and not (supported or best.country in sure):
            return None
        if not supported and best.people < 3_000 and self.signs.in_a_name(match):
            return None
        return best

    def _likely(self, city: City, sure: frozenset[str]) -> float:
        likely = float(city.people**0.25)  # 100 thousand: 3.2, ten million: 10
        if city.country in sure:
            likely += 3
        if city.country == self.site_country:
            likely += 2
        return likely

    def _weight(self, match: PhraseMatch, kind: str) -> float:
        if match.start >= self.title_length and self._invests(match):
            return WEIGHTS[kind] * 0.5
        return self._weighed(match.start, kind)

    def _weighed(self, at: int, kind: str) -> float:
        if at < self.title_length:
            return WEIGHTS[kind] * _TITLE_VOTE
        if at < self.title_length + _LEAD_CHARACTERS:
            return WEIGHTS[kind] * _LEAD_VOTE
        return WEIGHTS[kind]

    def _invests(self, match: PhraseMatch) -> bool:
        """Whether it tells where an investor sits: "a Nairobi fund", "un fonds danois"."""
        shaped = self.text.shaped
        sentence = re.split(
            r"[.!?。\n]\s?", shaped[max(0, match.start - _BESIDE_CHARACTERS) : match.start]
        )
        beside = sentence[-1] + shaped[match.end : match.end + _BESIDE_CHARACTERS // 2]
        return bool(_INVESTOR.search(beside))

    def _words(self, match: PhraseMatch) -> str:
        return self.text.shaped[match.start : match.end].strip()
