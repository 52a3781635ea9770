"""Bulk work on files of JSON lines: extract many pages, enrich many texts, on all cores.

Output lines stand in the order of the input; a line that cannot be done carries `error`.
"""

import gzip
import json
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from rich.progress import Progress

from crawler.article import Article, Facets, Page, Site
from crawler.enrichment import enrich
from crawler.errors import CrawlerError, ExtractionError
from crawler.sources.publishers import bundled, site_of_page, site_of_story
from crawler.sources.registry import Registry, sources_at
from crawler.state.documents import iso_string, publisher_beside
from crawler.workers.pool import Workers, harvest
from indexer.foundation.rights import as_asked
from indexer.foundation.terminal import Terminal
from indexer.foundation.times import now_utc

MAX_PAGE_BYTES = 50_000_000
LOG_EVERY_S = 10.0

Line = Callable[[Path, str], dict[str, Any]]


def run_bulk(source: Path, target: Path, work: Line, workers: int, console: Terminal) -> int:
    """Turn every line of `source` into one line of `target`. Returns: exit code, 1 if none worked.

    Raises: CrawlerError when a file cannot be opened.
    """
    try:
        total = _count_lines(source)
        if target.exists() and target.samefile(source):
            raise CrawlerError(
                f"{source} and {target} are the same file: name another for the output"
            )
        with as_asked():
            output = target.open("w", encoding="utf-8", errors="replace")
    except OSError as error:
        raise CrawlerError(f"{error.filename}: {error.strerror}") from error
    pool = Workers(workers)
    done = failed = 0
    began = time.monotonic()
    try:
        with output, Progress(console=console, disable=not console.is_terminal) as progress:
            bar = progress.add_task("lines", total=total)
            told = began
            one_line = partial(_one_line, work, source.parent)
            for line, result in pool.ordered(one_line, _lines(source)):
                if isinstance(result, ExtractionError):
                    result = _failed(line, str(result))
                done += 1
                failed += result[1]
                output.write(result[0] + "\n")
                progress.advance(bar)
                if not console.is_terminal and time.monotonic() - told > LOG_EVERY_S:
                    told = time.monotonic()
                    console.print(f"{done} of {total} lines, {failed} with an error")
    finally:
        pool.close()
    seconds = time.monotonic() - began
    console.print(
        f"{done} lines in {seconds:.1f} s ({done / max(seconds, 1e-9):.1f} a second), "
        f"{failed} with an error",
        soft_wrap=True,
    )
    return 1 if done and failed == done else 0


def extract_line(folder: Path, line: str, *, home: Path | None = None) -> dict[str, Any]:
    """One page: {"id", "url", "html" or "html_path", "fetched_at"?} → its article and facets.

    home: data folder, for the user's own sources in it.
    """
    given = _given(line)
    fetched = given.get("fetched_at")
    body, encoding = _body(given, folder)
    url, registry = str(given.get("url") or ""), registry_of(home)
    page = Page(
        url=url,
        site=site_of_page(url, registry),
        body=body,
        encoding=encoding,
        fetched_at=_moment(fetched) if fetched else now_utc(),
        fetch_time_known=bool(fetched),
    )
    main, *others = (
        _story_fields(article, facets) | source_fields(article, page.site, registry)
        for article, facets in harvest(page)
    )
    return {"id": given.get("id"), **main, **({"other_stories": others} if others else {})}


def _story_fields(article: Article, facets: Facets) -> dict[str, Any]:
    credited = {"authors": [*article.authors, *article.agencies]}  # as the page credits them
    return article_fields(article) | credited | facet_fields(facets, article)


@cache
def registry_of(home: Path | None) -> Registry:
    """The registry of a deployment, read once a process."""
    return bundled() if home is None else sources_at(home)


def source_fields(article: Article, page: Site | None, registry: Registry) -> dict[str, Any]:
    """Whose the article is, and whom its page names beside, as JSON values."""
    page = page or site_of_page(article.url, registry)
    site = site_of_story(article, page, registry) if article.seen_at else page
    return {
        "source": site.id,
        "source_name": site.name,
        "source_country": site.country,
        "publisher": publisher_beside(article, site),
        "seen_at": list(article.seen_at),
    }


def enrich_line(_folder: Path, line: str) -> dict[str, Any]:
    """One text: {"id", "url"?, "title", "text"} → its facets."""
    given = _given(line)
    article = Article(
        url=str(given.get("url") or ""),
        title=str(given.get("title") or ""),
        text=str(given.get("text") or ""),
    )
    return {"id": given.get("id"), **facet_fields(enrich(article), article)}


def article_fields(article: Article) -> dict[str, Any]:
    """What extraction found, as JSON values."""
    return {
        "url": article.url,
        "title": article.title,
        "alternative_titles": list(article.alternative_titles),
        "authors": list(article.authors),
        "agencies": list(article.agencies),
        "published": iso_string(article.published) if article.published else None,
        "modified": iso_string(article.modified) if article.modified else None,
        "summary": article.summary,
        "text": article.text,
        "image": article.image,
        "section": article.section,
        "tags": list(article.tags),
        "access": article.access,
        "text_share": round(article.text_share, 3),
        "quality": article.quality,
    }


def facet_fields(facets: Facets, article: Article) -> dict[str, Any]:
    """What enrichment found, as JSON values; topics and countries best first."""
    paths = (
        " > ".join(part for part in (place.region, place.country, place.city) if part)
        for place in facets.places
    )
    funding = facets.funding
    date = article.published
    evidence = {**article.evidence, **facets.evidence}
    if date is not None:
        evidence["published"] = f"{date.source} {date.raw!r}, to the {date.precision}"
    return {
        "language": facets.language or article.language,
        "topics": list(dict.fromkeys(topic.id.partition(".")[0] for topic in facets.topics)),
        "subtopics": [topic.id for topic in facets.topics if "." in topic.id],
        "regions": list(dict.fromkeys(place.region for place in facets.places)),
        "places": list(dict.fromkeys(paths)),
        "countries": list(facets.countries),
        "companies": list(facets.companies),
        "funding": None
        if funding is None
        else {name: getattr(funding, name) for name in funding.__slots__},
        "tech_relevant": facets.tech_relevant,
        "evidence": evidence,
    }


def _one_line(work: Line, folder: Path, line: str) -> tuple[str, int]:
    """A worker's job: (output line, 1 when it is an error)."""
    try:
        return json.dumps(work(folder, line), ensure_ascii=False), 0
    except (ExtractionError, CrawlerError, OSError, ValueError) as error:
        return _failed(line, str(error))


def _failed(line: str, words: str) -> tuple[str, int]:
    try:
        own_id = _given(line).get("id")
    except CrawlerError:
        own_id = None
    return json.dumps({"id": own_id, "error": words}, ensure_ascii=False), 1


def _given(line: str) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CrawlerError(f"not JSON: {error}") from error
    if not isinstance(given, dict):
        raise CrawlerError("not a JSON object")
    return given


def _body(given: dict[str, Any], folder: Path) -> tuple[bytes, str | None]:
    """The page's bytes and their charset, None where only the page can tell."""
    if isinstance(given.get("html"), str):
        return given["html"].encode("utf-8", "replace"), "utf-8"
    if not isinstance(given.get("html_path"), str) or not given["html_path"]:
        raise CrawlerError('neither "html" nor "html_path" is given as a string')
    return read_page(Path(given["html_path"]), folder)


def read_page(path: Path, folder: Path = Path()) -> tuple[bytes, str | None]:
    """A saved page, plain or .gz: its bytes and charset. Relative paths may start at `folder`."""
    if not path.is_absolute() and not path.exists():
        path = folder / path
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as packed:
                body = packed.read(MAX_PAGE_BYTES + 1)
        else:
            with path.open("rb") as plain:
                body = plain.read(MAX_PAGE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise CrawlerError(f"{path} cannot be read: {reason}") from error
    if len(body) > MAX_PAGE_BYTES:
        raise CrawlerError(f"{path} is larger than {MAX_PAGE_BYTES} bytes")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return body, None
    return body, "utf-8"  # saved pages are often re-encoded with their old meta charset left in


def _moment(value: Any) -> datetime:
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        when = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError) as error:
        raise CrawlerError(
            f'"fetched_at" is {value!r}: write UNIX seconds or a date such as 2026-11-20T08:00Z'
        ) from error
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as source:
        for line in source:
            if line.strip():
                yield line


def _count_lines(path: Path) -> int:
    with path.open("rb") as source:
        return sum(1 for line in source if line.strip())
