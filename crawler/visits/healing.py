"""`techwire sources check --heal`: sources that are silent, moved or failing are found anew.

What a discovery finds is taken only where a check of it passes whole: it answers, is young, and an
article of it extracts. What still works of the old entry stays. Whether a site that answers from
another domain is the same publisher, its name must say.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.errors import CrawlerError
from crawler.net.visiting import Visitor
from crawler.sources.additions import source_of_entry
from crawler.sources.registry import plain_name
from crawler.sources.source import Source, unverified_sites
from crawler.sources.writing import Override
from crawler.urls import document_id, site_of
from crawler.visits.checking import AT_ONCE, STALE, Check, check_source
from crawler.visits.source_discovery import discover
from crawler.workers.pool import Workers
from indexer.foundation.config import Config
from indexer.foundation.times import now_utc

LONGEST_S = 300.0  # for one source
_FIELD_OF_KIND = {"feed": "feeds", "sitemap": "sitemaps", "section": "sections"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Healing:
    """What became of one source. override: what its entry is to say, or None. words: one line."""

    source_id: str
    override: Override | None
    words: str


def is_ill(check: Check, *, now: datetime) -> bool:
    """Whether another listing could help: not where the pages fail, or a listing for a moment."""
    listings = check.listings
    stale = check.newest is not None and now - check.newest > STALE
    broken = all(one.problem for one in listings) or any(
        one.problem and not one.passing for one in listings
    )
    return not listings or stale or broken


def heal_sources(
    sources: Sequence[Source],
    checks: Sequence[Check],
    config: Config,
    *,
    on_progress: Callable[[str], object] = lambda source_id: None,
) -> list[Healing]:
    """Look for a better entry of every source whose check calls for one."""
    now = now_utc()
    by_id = {source.id: source for source in sources}
    ill = [(by_id[one.source_id], one) for one in checks if is_ill(one, now=now)]
    workers = Workers(config.workers)
    try:
        return asyncio.run(_heal_all(ill, config, workers, on_progress))
    finally:
        workers.close()


async def _heal_all(
    ill: Sequence[tuple[Source, Check]],
    config: Config,
    workers: Workers,
    on_progress: Callable[[str], object],
) -> list[Healing]:
    at_once = asyncio.Semaphore(AT_ONCE)

    async def one(source: Source, check: Check) -> Healing:
        async with at_once:
            try:
                async with asyncio.timeout(LONGEST_S):
                    healing = await _heal(source, check, visitor, workers)
            except TimeoutError:
                healing = _not_healed(source, f"looking took longer than {LONGEST_S:g} s")
            except CrawlerError as error:
                healing = _not_healed(source, str(error))
        on_progress(source.id)
        return healing

    unverified = unverified_sites(source for source, _ in ill)
    async with Visitor(config, unverified=unverified) as visitor:
        return list(await asyncio.gather(*(one(*pair) for pair in ill)))


async def _heal(source: Source, check: Check, visitor: Visitor, workers: Workers) -> Healing:
    """Raises: CrawlerError when its front page tells nothing."""
    now = now_utc()
    found = await discover(source.homepage, visitor, now=now, pause_s=source.delay_s)
    if found.entry is None:
        return _not_healed(source, f"{found.homepage} announces its articles nowhere we looked")
    new = source_of_entry(found.entry)
    if not _same_publisher(source, new):
        words = f"it leads to {new.homepage}, which is called {new.name}: see whether that is it"
        return _not_healed(source, words)
    healed = _joined(source, new, check, now=now)
    changes = _changes(source, healed)
    if not changes:
        return _not_healed(source, "nothing better was found")
    tried = await check_source(healed, visitor, workers)
    if tried.problems:
        return _not_healed(source, f"what was found is no better: {tried.problems[0]}")
    why = check.problems[0]
    fields: dict[str, object] = {**changes, "last_seen": now.date()}
    if source.unverified:
        fields["unverified"] = False
    before = "; ".join(f"{name} was {_shown(getattr(source, name))}" for name in changes)
    after = ", ".join(f"{name} = {_shown(value)}" for name, value in changes.items())
    return Healing(
        source_id=source.id,
        override=Override(
            source_id=source.id, fields=fields, note=f"{now:%Y-%m-%d}: {why}; {before}"
        ),
        words=f"{why}; now {after}" + ("" if source.enabled else "; it stays switched off"),
    )


def _not_healed(source: Source, why: str) -> Healing:
    return Healing(source_id=source.id, override=None, words=why)


def _same_publisher(source: Source, new: Source) -> bool:
    """On its own domain it is believed; on another one its name must be the one we know."""
    if site_of(source.homepage) == site_of(new.homepage):
        return True
    known, named = plain_name(source.name), plain_name(new.name)
    return bool(known and named) and (known in named or named in known)


def _joined(source: Source, new: Source, check: Check, *, now: datetime) -> Source:
    """The old entry with what works of it; what was found stands where nothing of a kind works."""
    lists: dict[str, tuple[str, ...]] = {}
    for kind, name in _FIELD_OF_KIND.items():
        well = tuple(
            one.url
            for one in check.listings
            if one.kind == kind
            and (one.passing or not one.problem)
            and not (one.newest and now - one.newest > STALE)
        )
        lists[name] = well
    if not any(lists.values()) or all(one.problem for one in check.listings):
        lists = {name: getattr(new, name) for name in _FIELD_OF_KIND.values()}
    else:
        lists = {
            name: well or (getattr(new, name) if getattr(source, name) else ())
            for name, well in lists.items()
        }
    moved = document_id(source.homepage) != document_id(new.homepage)
    return replace(
        source,
        homepage=new.homepage if moved else source.homepage,
        feeds=lists["feeds"],
        sitemaps=lists["sitemaps"],
        sections=lists["sections"],
    )


def _changes(source: Source, healed: Source) -> Mapping[str, object]:
    names = ("homepage", *_FIELD_OF_KIND.values())
    return {
        name: getattr(healed, name)
        for name in names
        if getattr(healed, name) != getattr(source, name)
    }


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return " and ".join(map(str, value)) or "none"
    return str(value)
