"""What a user adds: sources new to the registry, under ids free in it; those of lists by a word."""

import tomllib
from collections.abc import Iterable
from dataclasses import replace

from crawler.errors import SourceError
from crawler.sources.registry import Registry
from crawler.sources.source import Source, source_from
from crawler.sources.writing import Override
from crawler.urls import document_id


def source_of_entry(entry: str) -> Source:
    """The source of one `[[source]]` table. Raises: SourceError."""
    try:
        tables = tomllib.loads(entry).get("source", [])
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"the entry is not TOML: {error}") from error
    source, problems = source_from(tables[0]) if len(tables) == 1 else (None, ["no [[source]]"])
    if source is None:
        raise SourceError("\n".join(f"the entry: {problem}" for problem in problems))
    return source


def not_known(sources: Iterable[Source], registry: Registry) -> tuple[Source, ...]:
    """The sources that have a listing no source of the registry has, under free ids."""
    listings = {document_id(url) for source in registry.all() for url in _listings(source)}
    taken = {source.id for source in registry.all()}
    new = []
    for source in sources:
        own = {document_id(url) for url in _listings(source)}
        if own and own <= listings:
            continue
        new.append(replace(source, id=_free_id(source.id, taken)))
        listings |= own
        taken.add(new[-1].id)
    return tuple(new)


def vouched_for(sources: Iterable[Source], registry: Registry) -> tuple[Override, ...]:
    """What makes sources crawled that the registry knows from lists alone and a user brings too."""
    waiting = {
        document_id(url): source
        for source in registry.all()
        if source.waits
        for url in _listings(source)
    }
    found = {
        known.id: known
        for source in sources
        for url in _listings(source)
        if (known := waiting.get(document_id(url)))
    }
    return tuple(
        Override(source_id=one, fields={"unverified": False}, note="added by hand") for one in found
    )


def filled(known: Source, new: Source) -> Override:
    """What gives a source known from lists alone the listings that were found for it."""
    fields: dict[str, object] = {
        "homepage": new.homepage,
        "feeds": new.feeds,
        "sitemaps": new.sitemaps,
        "sections": new.sections,
        "enabled": True,
        "unverified": False,
    }
    return Override(source_id=known.id, fields=fields, note="added by hand")


def same_homepage(source: Source, registry: Registry) -> Source | None:
    """The registry's source at the same front page, or None."""
    page = document_id(source.homepage)
    return next((s for s in registry.all() if document_id(s.homepage) == page), None)


def _listings(source: Source) -> tuple[str, ...]:
    return source.feeds + source.sitemaps + source.sections


def _free_id(wanted: str, taken: set[str]) -> str:
    candidates = (wanted, *(f"{wanted[:59]}-{number}" for number in range(2, len(taken) + 3)))
    return next(candidate for candidate in candidates if candidate not in taken)
