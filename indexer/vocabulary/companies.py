"""Companies with their other names, tickers and head offices, as `companies.tsv` lists them."""

from dataclasses import dataclass
from functools import cache

from indexer.vocabulary.tables import HERE, lines, listed

COMPANIES = HERE / "companies.tsv"


@dataclass(frozen=True)
class Company:
    """A company of the list. country: ISO 3166-1 alpha-2 of its head office.

    aliases: its name, then the others. doubtful: those that are plain words too.
    """

    name: str
    country: str
    ticker: str | None
    aliases: tuple[str, ...]
    doubtful: frozenset[str]


@cache
def companies() -> tuple[Company, ...]:
    """All of them, as the file lists them."""
    found = []
    for line in lines(COMPANIES):
        name, country, ticker, others = line.split("|")
        spelt = listed(others)
        doubtful = frozenset(alias[1:] for alias in spelt if alias.startswith("?"))
        aliases = dict.fromkeys([name, *(alias.lstrip("?") for alias in spelt)])
        found.append(
            Company(name, country, None if ticker == "-" else ticker, tuple(aliases), doubtful)
        )
    return tuple(found)
