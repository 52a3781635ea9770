"""A worker's memory fits what the machine allows, and too little of it is said."""

import os
import resource
import subprocess
import sys

from crawler.workers import limits

A_PAGE = """
import asyncio, logging
from datetime import UTC, datetime
from crawler.article import Page
from crawler.workers.pool import Workers, harvest
from tests.crawler.jobs import memory_limit
from tests.crawler.offline.test_bulk import HTML

async def main():
    workers = Workers(1)
    try:
        print("limit", await workers.run(memory_limit, None))
        page = Page(url="https://a.example/1", body=HTML.encode(), fetched_at=datetime.now(UTC))
        print("title", (await workers.run(harvest, page))[0][0].title)
    finally:
        workers.close()

if __name__ == "__main__":
    asyncio.run(main())
"""


def page_read_under(megabytes: int) -> subprocess.CompletedProcess[str]:
    """A page read by a program that the system allows so much memory, and no more than that."""
    as_user = ["setpriv", "--bounding-set=-sys_resource"] if os.geteuid() == 0 else []
    bounded = f'ulimit -v {megabytes * 1000}; exec "$0" -c "$1"'
    return subprocess.run(
        [*as_user, "sh", "-c", bounded, sys.executable, A_PAGE],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_worker_gets_what_the_system_allows_reads_its_page_and_little_is_said() -> None:
    ended = page_read_under(700)

    assert ended.stdout.splitlines() == ["limit 716800000", "title Chip plant opens"]
    (line,) = ended.stderr.splitlines()
    assert line.startswith("a worker may have 716 MB of memory here (ulimit -v")


def test_without_a_limit_of_the_system_it_is_ours() -> None:
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")

    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
    assert 0 < limits.memory_bytes() <= min(limits.MEMORY_BYTES, machine)
