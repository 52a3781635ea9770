"""Whose saved pages become: documents stored under another source than their host's, counted.

The pages go the whole way of `techwire crawl --archive` into a state database of their own. A
source must be the registry's entry of the page's host, else the host. What an aggregator's page
carries is counted apart. Half B is not read.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.page_sets import SavedPage, are_absent, saved_pages
from crawler.offline.archives import ingest
from crawler.offline.keeping import Keeping
from crawler.sources.publishers import bundled
from crawler.urls import site_of
from indexer.delivery import ledger
from indexer.foundation.database import connect, reading

PARTS = ("aeb", "fundus", "htmldate", "wcxb A", "segments A")  # "readability" has no real hosts


def documents(pages: list[SavedPage], *, workers: int = 2) -> list[dict[str, Any]]:
    """What the ledger holds after the pages were ingested as saved files."""
    with TemporaryDirectory() as folder:
        saved = Path(folder, "saved")
        saved.mkdir()
        for page in pages:
            words = f"<!-- saved from url=({len(page.url):04})" + page.url + " -->\n"
            Path(saved, f"{page.ident}.html").write_text(words + page.html(), "utf-8")
        engine = connect(f"sqlite:///{folder}/techwire.db")
        keeping = Keeping(all_topics=True)
        ingest(engine, bundled(), saved, workers=workers, keeping=keeping)
        with reading(engine) as connection:
            found = [ledger.read(connection, own_id) for own_id in ledger.ids(connection)]
        engine.dispose()
    return [record for record in found if record is not None]


def is_renamed(record: dict[str, Any]) -> bool:
    """Whether a document stands under another source than its own address has."""
    source = bundled().of_url(record["url"])
    wanted = (source.id, source.name) if source else (site_of(record["url"]),) * 2
    return (record["source"], record["source_name"]) != wanted


def main() -> None:
    if words := are_absent():
        sys.exit(words)
    # an address among them that is none has no host
    found = documents([page for page in saved_pages(PARTS) if page.url.startswith("http")])
    own = [record for record in found if not record["seen_at"]]
    renamed = [record for record in own if is_renamed(record)]
    named = [record for record in own if record["publisher"]]
    print(f"{len(found)} documents, {len(found) - len(own)} of them carried by aggregators")
    print(f"{len(renamed)} of {len(own)} stored under a source that is not their host's")
    for record in renamed[:20]:
        print(f"  {record['url'][:80]}: {record['source']} ({record['source_name']})")
    print(f"{len(named)} name another publisher beside, such as")
    for record in named[:: max(1, len(named) // 20)][:20]:
        print(f"  {record['source_name']}: {record['publisher']}")


if __name__ == "__main__":
    main()
