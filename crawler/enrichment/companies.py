"""Companies a text names, from a gazetteer of aliases with tickers and head offices.

Only companies in `companies.tsv` are found; a company raising money is also read from the
funding sentence, in `funding`.
"""

import re
from dataclasses import dataclass
from functools import cache

from crawler.enrichment.gazetteer import HERE
from crawler.enrichment.matching import Phrases, Text, longest

READ_CHARACTERS = 8_000
_MOST = 12
_TITLE = 3.0
# Signs that a plain word is a company here.
_SIGN_AFTER = re.compile(
    r"(?:'s\b|\s(?:Inc|Corp|Ltd|Limited|Group|Holdings|AI|CEO|CTO|CFO|shares|stock|co-founder|founder"
    r"|said|says|raises|raised|launches|announced|app|users)\b)"
)
_SIGN_BEFORE = re.compile(
    r"(?:startup|company|firm|fintech|platform|giant|maker|unicorn|app|operator|rival|by)\s$"
)

_EXACT = re.compile(r"[&+!*@/.]|^[A-Za-z]{1,2}$")  # names that are nothing without sign and case


@dataclass(frozen=True)
class Company:
    """A company of the gazetteer. country: ISO 3166-1 alpha-2 of its head office."""

    name: str
    country: str
    ticker: str | None
    aliases: tuple[str, ...]
    doubtful: frozenset[str]

    def spelt_in(self, title: str) -> str:
        """The alias that the title writes, the name when it writes none."""
        return next((alias for alias in self.aliases if alias in title), self.name)


@cache
def companies() -> tuple[Company, ...]:
    """The gazetteer as the file lists it."""
    found = []
    with (HERE / "companies.tsv").open(encoding="utf-8") as file:
        for line in file:
            if line.startswith("#"):
                continue
            name, country, ticker, others = line.rstrip("\n").split("|")
            spelt = [alias.strip() for alias in others.split(",") if alias.strip()]
            doubtful = frozenset(alias[1:] for alias in spelt if alias.startswith("?"))
            aliases = dict.fromkeys([name, *(alias.lstrip("?") for alias in spelt)])
            found.append(
                Company(name, country, None if ticker == "-" else ticker, tuple(aliases), doubtful)
            )
    return tuple(found)


@cache
def _index() -> tuple[Phrases, tuple[tuple[int, str], ...]]:
    spelt = tuple(
        (at, alias) for at, company in enumerate(companies()) for alias in company.aliases
    )
    return Phrases((alias, key) for key, (_, alias) in enumerate(spelt)), spelt


def find_companies(title: str, body: str) -> tuple[Company, ...]:
    """Companies named, the most prominent first, at most twelve."""
    text = Text.of(f"{title}\n{body[:READ_CHARACTERS]}")
    phrases, spelt = _index()
    scores: dict[int, float] = {}
    for match in longest(phrases.find(text)):
        at, alias = spelt[match.key]
        if _EXACT.search(alias) and not _is_exact(text.shaped, match.start, alias):
            continue
        if alias in companies()[at].doubtful and not _signed(text.shaped, match.start, match.end):
            continue
        value = _TITLE if match.start < len(title) else 1.0
        scores[at] = scores.get(at, 0.0) + value
    ranked = sorted(scores, key=lambda at: -scores[at])
    return tuple(companies()[at] for at in ranked[:_MOST])


def _is_exact(shaped: str, start: int, alias: str) -> bool:
    """Whether the text writes the alias with its signs: "e&" is no "e", "AT&T" no "AT T"."""
    before, after = shaped[start - 1 : start], shaped[start + len(alias) : start + len(alias) + 1]
    written = shaped[start : start + len(alias)]
    return written == alias and not (before[-1:].isalnum() or after.isalnum())


def _signed(shaped: str, start: int, end: int) -> bool:
    if _SIGN_AFTER.match(shaped, end):
        return True
    return bool(_SIGN_BEFORE.search(shaped[max(0, start - 14) : start]))
