"""Companies with their other names, tickers and head offices.

As `companies.tsv` and the user's own file list them, and as documents of the ledger taught them.
"""

from dataclasses import dataclass, replace
from functools import cache

from indexer.vocabulary.learnt import learnt_companies
from indexer.vocabulary.own import own_vocabulary
from indexer.vocabulary.tables import HERE, lines, listed

COMPANIES = HERE / "companies.tsv"


@dataclass(frozen=True)
class Company:
    """A company of the list.

    country: ISO 3166-1 alpha-2 of its head office, "" where nothing says it.
    aliases: its name, then the others. doubtful: those that are plain words too.
    """

    name: str
    country: str
    ticker: str | None
    aliases: tuple[str, ...]
    doubtful: frozenset[str]


@cache
def companies() -> tuple[Company, ...]:
    """All of them, as the files list them."""
    found: dict[str, Company] = {}
    for line in lines(COMPANIES):
        name, country, ticker, others = line.split("|")
        spelt = listed(others)
        doubtful = frozenset(alias[1:] for alias in spelt if alias.startswith("?"))
        aliases = dict.fromkeys([name, *(alias.lstrip("?") for alias in spelt)])
        found[name] = Company(
            name, country, None if ticker == "-" else ticker, tuple(aliases), doubtful
        )
    for own in own_vocabulary().companies:
        known = found.get(own.name) or Company(own.name, "", None, (own.name,), frozenset())
        found[own.name] = replace(
            known,
            country=own.country or known.country,
            ticker=own.ticker or known.ticker,
            aliases=tuple(dict.fromkeys([*known.aliases, *own.aliases])),
        )
    taken = {alias for company in found.values() for alias in company.aliases}
    for new in learnt_companies():
        if new.name not in taken:
            free = (alias for alias in new.aliases if alias not in taken)
            found[new.name] = Company(new.name, "", None, (new.name, *free), frozenset())
    return tuple(found.values())
