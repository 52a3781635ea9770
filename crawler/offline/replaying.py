"""Archived pages read again by today's rules: what would change, and making it so.

Nothing is fetched. A dry run says which fields of how many documents change, with samples;
applying writes all of it in one transaction and swaps a new index in when it is full, so that a
search sees the old rules or the new ones, never a mixture.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from crawler.article import Access, Article, Entry, Facets, Page, Site
from crawler.enrichment import enrich
from crawler.errors import ExtractionError
from crawler.offline.replay_report import DocumentChange, ReplayReport
from crawler.sources.publishers import is_name_of, site_of_host, site_of_page
from crawler.sources.registry import Registry
from crawler.state import archive, profiles, removed, seen, stories
from crawler.state.documents import document_of, facet_values, main_point
from crawler.state.leaving import retell
from crawler.state.page_files import PageFiles
from crawler.state.store import Found, store_in
from crawler.urls import document_id, site_of
from crawler.workers.pool import Harvest, Workers, harvest
from indexer.delivery import ledger, outbox
from indexer.foundation.config import Config
from indexer.foundation.database import reading, transact
from indexer.foundation.times import now_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereading:
    """What to read again.

    since: only pages fetched later. sources: registry ids, all when empty.
    enrich_only: only the stored texts, through enrichment alone. all_topics: keep off-topic ones.
    """

    since: datetime | None = None
    sources: tuple[str, ...] = ()
    enrich_only: bool = False
    all_topics: bool = False


def replay(
    config: Config,
    engine: Engine,
    registry: Registry,
    asked: Rereading = Rereading(),
    *,
    apply: bool = False,
    on_progress: Callable[[str], object] = lambda line: None,
) -> ReplayReport:
    """Read the archive again (or only the stored texts) and report; write it when `apply`."""
    report = ReplayReport()
    changes: list[DocumentChange] = []
    workers = Workers(config.workers)
    try:
        again = (
            _enriched(engine, registry, workers, asked)
            if asked.enrich_only
            else _extracted(config, engine, registry, workers, asked, report)
        )
        for change in again:
            report.note(change)
            if apply and change.before != change.after:
                changes.append(change)
            if report.pages % 500 == 0:
                on_progress(f"{report.pages} read again, {report.changed} differ")
    finally:
        workers.close()
    if apply and changes:
        report.left = _write(engine, changes, asked.all_topics)
    return report


def _extracted(
    config: Config,
    engine: Engine,
    registry: Registry,
    workers: Workers,
    asked: Rereading,
    report: ReplayReport,
) -> Iterator[DocumentChange]:
    """Every archived page through extraction and enrichment."""
    files = PageFiles(config.home / "pages")
    with reading(engine) as connection:
        kept = archive.archived_rows(connection, since=asked.since, sources=asked.sources)

    def pages() -> Iterator[Page]:
        for row in kept:
            page = files.read(row.location)
            if page is None:
                report.not_read[files.whereabouts(row.location)] += 1
            else:
                yield _dressed(engine, registry, page, row.entry)

    for page, result in workers.ordered(harvest, pages()):
        yield from _changes_of(engine, registry, page, result, asked.all_topics)


def _dressed(engine: Engine, registry: Registry, page: Page, entry: Entry) -> Page:
    """The page with what a crawl knows beside it: its site, its entry, the site's boilerplate."""
    with reading(engine) as connection:
        before = ledger.read(connection, document_id(page.url))
        site = _site_again(registry, page.url, entry.source_id, before, linked=entry.linked)
        known = profiles.read(connection, site.id)
    return Page(
        url=page.url,
        body=page.body,
        fetched_at=page.fetched_at,
        encoding=page.encoding,
        site=site,
        entry=entry,
        boilerplate=known,
    )


def _site_again(
    registry: Registry,
    url: str,
    crawled: str | None,
    before: dict[str, Any] | None,
    *,
    linked: bool = False,
) -> Site:
    """Whose a stored page is by today's rules.

    crawled: id of the source whose listing announced it. One that left the registry, or came from
    a file given by hand, is known by the document alone.
    """
    if crawled in registry:
        return site_of_page(url, registry, registry.get(str(crawled)), linked=linked)
    if (owner := registry.of_url(url)) is not None:
        return owner.site()
    if before is not None and before["source"] == crawled:
        return _site_of_record(before)
    host = site_of_host(url)
    return host if linked or not crawled else Site(id=crawled, name=crawled, homepage="")


def _site_of_record(record: dict[str, Any]) -> Site:
    return Site(
        id=record["source"],
        name=record["source_name"],
        homepage="",
        country=record["source_country"],
        region=record["source_region"],
        language=record["language"],
    )


def _changes_of(
    engine: Engine,
    registry: Registry,
    page: Page,
    result: Harvest | ExtractionError,
    all_topics: bool,
) -> list[DocumentChange]:
    assert page.entry is not None
    assert page.site is not None
    articles = () if isinstance(result, ExtractionError) else result
    reason = str(result) if isinstance(result, ExtractionError) else ""
    changes: list[DocumentChange] = []
    with reading(engine) as connection:
        ids = {document_id(page.entry.url), *(document_id(one.url) for one, _ in articles)}
        gone = seen.removed_among(connection, ids)
        if document_id(page.entry.url) in gone and len(articles) < 2:
            return []
        articles = tuple(one for one in articles if document_id(one[0].url) not in gone)
        known = seen.document_of_entry(connection, page.entry.url)
        if not articles and known is not None:
            before = ledger.read(connection, known)
            changes.append(
                DocumentChange(url=page.entry.url, before=before, after=None, reason=reason)
            )
        for article, facets in articles:
            before = ledger.read(connection, document_id(article.url))
            if not (facets.tech_relevant or all_topics):
                dropped = DocumentChange(
                    url=article.url, before=before, after=None, reason=facets.reason
                )
                changes.append(dropped)
                continue
            found = Found(
                entry=page.entry,
                site=page.site,
                http_status=200,
                articles=((article, facets),),
                registry=registry,
            )
            after = _record(before, article, facets, found.site_of(article), page.fetched_at)
            changes.append(DocumentChange(url=article.url, before=before, after=after, found=found))
    return changes


def _record(
    before: dict[str, Any] | None, article: Article, facets: Facets, site: Site, now: datetime
) -> dict[str, Any]:
    """The document today's rules would make, in the story it belongs to."""
    own_id = document_id(article.url)
    story = stories.alone(own_id, site.id)
    return document_of(
        article, facets, site, story, now=now, version=before["version"] if before else 1
    ).as_record()


def _enriched(
    engine: Engine, registry: Registry, workers: Workers, asked: Rereading
) -> Iterator[DocumentChange]:
    """Every stored text through enrichment alone, under the source that it was crawled from."""
    with reading(engine) as connection:
        ids = ledger.ids(connection, since=asked.since, sources=asked.sources)

    def records() -> Iterator[tuple[dict[str, Any], Site]]:
        for own_id in ids:
            with reading(engine) as connection:
                record = ledger.read(connection, own_id)
                crawled = seen.source_of_document(connection, own_id)
            if record is not None:
                yield record, _owner_of(registry, record, crawled)

    for (record, _), after in workers.ordered(enriched_record, records()):
        if isinstance(after, ExtractionError):
            continue
        yield DocumentChange(url=record["url"], before=record, after=after, reason="off-topic")


def _owner_of(registry: Registry, record: dict[str, Any], crawled: str | None) -> Site:
    """Whose a stored document is; what an aggregator carries, or a list links, stays as it is."""
    if record["seen_at"] or record["source"] == site_of(record["url"]):
        return _site_of_record(record)
    return _site_again(registry, record["url"], crawled, record)


def enriched_record(owned: tuple[dict[str, Any], Site]) -> dict[str, Any] | None:
    """A stored document with the facets today's rules give it, under the source that it is of.

    Returns: None when the rules call it off-topic.
    """
    record, site = owned
    article = Article(
        url=record["url"],
        title=record["title"],
        text=record["text"],
        summary=record["summary"],
        language=record["language"],
        section=record["section"],
        tags=tuple(record["tags"]),
        access=Access(record["access"]),
    )
    facets = enrich(article, site)
    if not facets.tech_relevant:
        return None
    point = main_point(facets.places)
    kept = {name: value for name, value in record.items() if name != "_geo"}
    source = {} if site.id == record["source"] else _source_values(record, site)
    return {**kept, **source, **facet_values(facets), **({"_geo": point} if point else {})}


def _source_values(record: dict[str, Any], site: Site) -> dict[str, Any]:
    """The fields of a document that tell whose it is; who it was named after is its publisher."""
    named = record["source_name"]
    return {
        "source": site.id,
        "source_name": site.name,
        "source_country": site.country,
        "source_region": site.region,
        "publisher": None if is_name_of(named, site) else named,
    }


def _write(engine: Engine, changes: Sequence[DocumentChange], all_topics: bool) -> int:
    """Everything in one transaction, the outbox included.

    Returns: how many documents were left as they are, because a crawl stored them anew meanwhile.
    """
    now = now_utc()

    def write(connection: Connection) -> int:
        # asked before the first is written: a story's other documents change with it
        fresh = [change for change in changes if not _is_stale(connection, change)]
        for change in fresh:
            if change.found is not None:
                store_in(connection, change.found, now=now, all_topics=all_topics, replayed=True)
            elif change.after is not None:
                version = ledger.keep_record(connection, change.after, now=now)
                outbox.queue(connection, change.after["id"], version, now=now)
                _move(connection, change, now)
            elif change.before is not None:
                own_id = change.before["id"]
                outbox.put_removal(connection, own_id, now=now)
                removed.dropped(connection, own_id, change.reason or "replayed")
        return len(changes) - len(fresh)

    return transact(engine, write)


def _move(connection: Connection, change: DocumentChange, now: datetime) -> None:
    """Tell the story when a document of it is another source's than it was."""
    before, after = change.before or {}, change.after or {}
    if before.get("source") == after["source"]:
        return
    story = stories.move(connection, after["id"], after["source"], after["source_country"])
    if story is not None:
        retell(connection, story, but="", now=now)


def _is_stale(connection: Connection, change: DocumentChange) -> bool:
    """Whether the document is no longer what the replay compared with."""
    own_id = (change.before or change.after or {}).get("id", "")
    known = None if change.before is None else change.before.get("revision")
    return ledger.version_of(connection, own_id) != known
