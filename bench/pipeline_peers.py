"""What the whole path is measured against; each peer runs as a process of its own.

    python bench/pipeline_peers.py blocking PROXY URLS   trafilatura inside a Scrapy callback
    python bench/pipeline_peers.py news-please PROXY URLS

Prints a JSON object: pages, seconds, cpu_s. `limit` and `hops` are called by `pipeline.py`.
"""

import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

_Out = TypeVar("_Out")


def limit(bodies: Sequence[bytes], cores: int) -> dict[str, float]:
    """trafilatura alone, bare_extraction with metadata, on all cores, every worker warmed up."""
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        pool.map(alone, bodies[: 4 * cores], chunksize=1)
        before = sum(pool.map(cpu_of_worker, range(cores), chunksize=1))
        began = time.perf_counter()
        cpu = sum(pool.map(alone, bodies, chunksize=4))
        seconds = time.perf_counter() - began
        assert before > 0
    return {"pages": len(bodies), "seconds": seconds, "cpu_s": cpu}


def alone(body: bytes) -> float:
    """One page by trafilatura with its metadata and nothing else. Returns: CPU seconds."""
    import trafilatura

    began = time.process_time()
    trafilatura.bare_extraction(body, with_metadata=True)
    return time.process_time() - began


def cpu_of_worker(_number: int) -> float:
    return time.process_time()


def hops(packed: Sequence[bytes]) -> dict[str, float]:
    """CPU seconds of each step that a worker does with the pages, in one process, warmed up."""
    from crawler.article import Article, Page, Site
    from crawler.enrichment import enrich
    from crawler.errors import ExtractionError
    from crawler.extraction import extract_article
    from crawler.extraction.aggregators.splitting import split_stories
    from crawler.extraction.inflating import inflated
    from crawler.extraction.parsing import parse_page
    from crawler.state.page_files import PageFiles
    from crawler.workers import warm

    assert warm
    spent: Counter[str] = Counter()

    def timed(name: str, work: Callable[[], _Out]) -> _Out:
        began = time.process_time()
        try:
            return work()
        finally:
            spent[name] += time.process_time() - began

    site = Site(id="site", name="Site", homepage="http://site.example/")
    now = datetime.now(UTC)

    def one(body: bytes, files: PageFiles) -> None:
        url = "http://site.example/a/story"
        page = Page(url=url, body=body, fetched_at=now, encoding="utf-8", coding="gzip", site=site)
        plain = timed("inflate", lambda: inflated(page))
        timed("archive", lambda: files.write(page))
        with suppress(ExtractionError):
            parsed = timed("parse", lambda: parse_page(plain))
            tree, text = parsed.tree, parsed.text
            timed("aggregator?", lambda: split_stories(tree, text, url=url, fetched_at=now))
            article: Article = timed("extract", lambda: extract_article(plain, parsed))
            timed("enrich", lambda: enrich(article, site))

    with tempfile.TemporaryDirectory() as folder:
        files = PageFiles(Path(folder))
        for body in packed:  # every language's words are loaded by the first pass
            one(body, files)
        spent.clear()
        for body in packed:
            one(body, files)
        files.close()
    return dict(spent)


def blocking(proxy: str, urls: Sequence[str]) -> dict[str, float]:
    """Plain Scrapy with trafilatura in its callback."""
    import trafilatura
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess

    done: list[float] = []

    class Blocking(Spider):
        name = "blocking"

        async def start(self) -> Any:
            for url in urls:
                yield Request(url, meta={"proxy": proxy}, dont_filter=True)

        def parse(self, response: Any) -> None:
            trafilatura.bare_extraction(response.body, with_metadata=True)
            done.append(time.perf_counter())

    settings = {"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": False}
    settings |= {
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
    }
    process = CrawlerProcess(settings)
    process.crawl(Blocking)
    process.start()
    return {"pages": len(done) - 1, "seconds": done[-1] - done[0], "cpu_s": _own_cpu_s()}


def news_please(proxy: str, urls: Sequence[str]) -> dict[str, float]:
    """news-please's own way for a list of addresses: fetch, then extract, one after the other.

    A page it fails on counts as one.
    """
    from newsplease import NewsPlease

    os.environ.update({"http_proxy": proxy, "no_proxy": "127.0.0.1"})
    NewsPlease.from_url(urls[0])
    before, began = _own_cpu_s(), time.perf_counter()
    for url in urls[1:]:
        with suppress(Exception):
            NewsPlease.from_url(url)
    seconds = time.perf_counter() - began
    return {"pages": len(urls) - 1, "seconds": seconds, "cpu_s": _own_cpu_s() - before}


def _own_cpu_s() -> float:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    run = {"blocking": blocking, "news-please": news_please}[sys.argv[1]]
    print(json.dumps(run(sys.argv[2], Path(sys.argv[3]).read_text().split())))
