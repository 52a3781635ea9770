"""Page → article and facets, in processes that can be killed.

lxml holds the GIL and a hostile page can hang or crash its reader: each call has a limit of CPU
seconds, each worker one of memory (`limits`), and a lost worker is replaced without harm to its
neighbours. What only a worker needs is imported there: here it would double the time until a
crawl's first request.
"""

import asyncio
import logging
import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler.article import Article, Facets, Page, Signal
from crawler.discovery.listing import Listing
from crawler.discovery.reading import RawListing, try_listing
from crawler.errors import ExtractionError, ListingError
from crawler.rights.pages import read_page
from crawler.rights.signals import each_once, refusal
from crawler.state.page_files import Location, PageFiles
from crawler.urls import canonical_url
from crawler.workers import limits
from indexer.vocabulary.checking import words_to_hand_on

if TYPE_CHECKING:
    from crawler.extraction.aggregators.splitting import AggregatedStory

LIMIT_S = 20.0  # of CPU; a page's median is 25 ms, and the largest sitemap takes five seconds
HUNG_S = 300.0  # for a call that waits for something that never comes, whatever that may be
MOST_WORDS = 300  # characters of an error's words

_In = TypeVar("_In")
_Out = TypeVar("_Out")

Harvest = tuple[tuple[Article, Facets], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvested:
    """A page's articles, or why there are none, and where the page itself was archived.

    With both, the articles are the feed's. rights: all that is said of the page's use.
    """

    articles: Harvest = ()
    error: ExtractionError | None = None
    location: Location | None = None
    rights: tuple[Signal, ...] = ()


def harvest_and_keep(page: Page) -> Harvested:
    """Archive a page, then extract and enrich it; a page without an article is kept as well.

    One whose publisher reserves text and data mining is neither kept nor read.
    """
    from crawler.extraction.inflating import inflated

    location = None
    try:
        plain = inflated(page)
        plain = replace(plain, rights=rights_of(plain))
        if words := refusal(plain.rights, plain.refused):
            raise ExtractionError("tdm", words)
        kept = page if page.coding == "gzip" else plain  # what every reader of WARC can inflate
        location = _page_files.write(kept) if _page_files is not None else None
        return Harvested(articles=harvest(plain), location=location, rights=plain.rights)
    except ExtractionError as error:
        return Harvested(articles=harvest_feed(page, error), error=error, location=location)


def rights_of(page: Page) -> tuple[Signal, ...]:
    """What is said of the use of a page, its own tags included; it is not packed any more."""
    return each_once((*page.rights, *read_page(page.body, page.url)))


def harvest_feed(page: Page, error: ExtractionError | None = None) -> Harvest:
    """The article as its feed has it, where its page cannot be read; empty where it may not be."""
    from crawler.enrichment import enrich
    from crawler.extraction.from_feed import UNREAD, article_of

    may_be = error is None or error.reason in UNREAD
    article = article_of(page.entry) if may_be and page.entry is not None else None
    if article is None:
        return ()
    return ((replace(article, rights=page.rights), enrich(article, page.site)),)


def harvest(page: Page) -> Harvest:
    """Extract and enrich one page: one article, or each story of an aggregator page.

    Raises: ExtractionError.
    """
    from crawler.enrichment import enrich
    from crawler.extraction import extract_article, parse_page
    from crawler.extraction.aggregators.splitting import stories_on
    from crawler.extraction.from_feed import refuse_other_page, with_whole_text

    parsed = parse_page(page)
    if stories := stories_on(page, parsed):
        return tuple((article, enrich(article)) for article in map(article_of_story, stories))
    article = replace(extract_article(page, parsed), rights=rights_of(page))
    refuse_other_page(article, page.entry)
    article = with_whole_text(article, page.entry)
    return ((article, enrich(article, page.site)),)


def article_of_story(story: "AggregatedStory") -> Article:
    """A story of an aggregator page as an article of its own publisher."""
    from crawler.extraction.metadata import first_sentences

    return Article(
        url=canonical_url(story.url or story.seen_at),
        title=story.title,
        text=story.text,
        summary=first_sentences(story.text, 2),
        agencies=story.agencies,
        published=story.published,
        publisher=story.publisher,
        seen_at=(story.seen_at,),
        evidence=dict.fromkeys(("url", "title", "text", "publisher"), "aggregator"),
    ).composed()


class Workers:
    """A pool of worker processes.

    count: processes. limit_s: CPU seconds one call may use before its worker ends. hung_s: seconds
    by the clock until the worker of a call is killed, however little it does.
    archive: folder for `harvest_and_keep`, or None to keep no pages.
    """

    def __init__(
        self,
        count: int,
        *,
        limit_s: float = LIMIT_S,
        hung_s: float = HUNG_S,
        archive: Path | None = None,
    ) -> None:
        self.count = count
        self.limit_s = limit_s
        self.hung_s = hung_s
        if (words := limits.too_little()) is not None:
            logging.getLogger(__name__).warning(words)
        own_words = words_to_hand_on()  # a fault in it stops the start, in one line a fault
        self._pool = ProcessPool(
            max_workers=count,
            max_tasks=5_000,  # lxml and friends fragment memory; a fresh process gives it back
            initializer=_set_up_worker,
            initargs=(archive, own_words),
            context=_context(),
        )

    async def run(self, work: Callable[[_In], _Out], argument: _In) -> _Out:
        """Do one call in a worker. Raises: ExtractionError, also for one lost or too slow."""
        # in a thread: the first call starts the fork server, and waits for its imports
        future = await asyncio.to_thread(self._begin, work, argument)
        try:
            return await asyncio.wrap_future(_plain(future))
        except ExtractionError:
            raise
        except Exception as error:  # whatever a page makes its reader raise
            raise self._lost(error) from error

    async def listing(self, raw: RawListing) -> Listing | ListingError:
        """What a listing announces, or why it cannot be read."""
        try:
            return await self.run(try_listing, raw)
        except ExtractionError as lost:
            return ListingError(f"{raw.url} could not be read: {lost}")

    def ordered(
        self, work: Callable[[_In], _Out], arguments: Iterable[_In]
    ) -> Iterator[tuple[_In, _Out | ExtractionError]]:
        """Do many calls on all workers; results in the order of the arguments, lost ones as errors.

        Memory holds a window of a few calls a worker, however many there are.
        """
        waiting: deque[tuple[_In, Any]] = deque()
        for argument in arguments:
            future = self._begin(work, argument)
            waiting.append((argument, future))
            if len(waiting) >= 8 * self.count:
                yield self._settled(*waiting.popleft())
        while waiting:
            yield self._settled(*waiting.popleft())

    def close(self) -> None:
        """End the workers, finished or not."""
        self._pool.stop()
        self._pool.join()

    def _begin(self, work: Callable[[_In], _Out], argument: _In) -> Any:
        asked = (work, argument, self.limit_s)
        return self._pool.schedule(limits.limited, args=asked, timeout=self.hung_s)

    def _settled(self, argument: _In, future: Any) -> tuple[_In, Any]:
        try:
            return argument, future.result()
        except ExtractionError as error:
            return argument, error
        except Exception as error:  # noqa: BLE001 -- whatever a page makes its reader raise
            return argument, self._lost(error)

    def _lost(self, error: BaseException) -> ExtractionError:
        if isinstance(error, TimeoutError):
            return ExtractionError("timeout", f"no result after {self.hung_s:g} s")
        if isinstance(error, MemoryError):
            return ExtractionError("too-large", "the page took too much memory")
        if isinstance(error, ProcessExpired) and limits.ran_out(error.exitcode):
            return ExtractionError("timeout", f"more than {self.limit_s:g} s of CPU")
        if isinstance(error, ProcessExpired):
            return ExtractionError("crash", "the page crashed its worker")
        logging.getLogger(__name__).warning("a page's reader failed", exc_info=error)
        words = " ".join(f"{type(error).__name__}: {error}".split())[:MOST_WORDS]
        return ExtractionError("crash", words)


def _plain(future: Any) -> "Future[Any]":
    # pebble's future cancels by killing; asyncio may wrap it as the Future it is
    plain: Future[Any] = future
    return plain


def _context() -> Any:
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")  # forks from a process without threads
    context.set_forkserver_preload([__name__, "crawler.workers.warm"])
    return context


_page_files: PageFiles | None = None  # a worker process's own


def _set_up_worker(archive: Path | None, own_words: Path | None) -> None:
    global _page_files  # the one place to keep something between two calls of a worker
    _page_files = PageFiles(archive) if archive is not None else None
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the crawler's to handle
    if own_words is not None:
        from crawler import enrichment

        enrichment.use_vocabulary(own_words)  # the fork server has read the bundled tables alone
    limits.limit_this_process()
