"""`python -m tests.crawler.one_crawl`: one crawl in a process of its own, as its stdin says.

In: {"home", "allow_hosts", "sources": [fields of Source], "page_s": most seconds for a page}. Out:
the crawl's report. Names ending in .test lead to 127.0.0.2.
"""

import json
import socket
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from crawler.middlewares import download_handler
from crawler.runs.crawling import crawl
from crawler.runs.logs import set_up_logs
from crawler.sources.source import Source
from crawler.spiders.plan import Plan
from indexer.foundation.config import Config


def main() -> None:
    asked: dict[str, Any] = json.load(sys.stdin)
    set_up_logs(Console(stderr=True))
    home = Path(asked["home"])
    download_handler.PAGE_S = asked.get("page_s", download_handler.PAGE_S)
    sources = tuple(
        Source(**{**fields, "feeds": tuple(fields["feeds"])}) for fields in asked["sources"]
    )
    config = Config(
        home=home,
        database_url=f"sqlite:///{home / 'techwire.db'}",
        allow_hosts=tuple(asked["allow_hosts"]),
        workers=1,
    )
    real = socket.gethostbyname
    socket.gethostbyname = lambda name: "127.0.0.2" if name.endswith(".test") else real(name)
    json.dump(crawl(config, Plan(sources=sources), index=False).as_json(), sys.stdout)


if __name__ == "__main__":
    main()
