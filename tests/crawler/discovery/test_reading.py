"""A listing is read by its kind; a large one in a worker, with the same outcome."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from crawler.discovery.listing import Listing
from crawler.discovery.reading import LARGE_BYTES, RawListing, try_listing
from crawler.errors import ListingError
from crawler.workers.pool import Workers
from tests.factories import NOW

ITEM = "<item><title>Plant {n} opens</title><link>https://kelp.example/{n}</link></item>"
FEED = "<rss><channel>" + "".join(ITEM.format(n=n) for n in range(20)) + "</channel></rss>"
SMALL = RawListing(
    kind="feed", url="https://kelp.example/feed", source_id="kelp", body=FEED.encode(), now=NOW
)
LARGE = replace(SMALL, body=FEED.encode() + b" " * LARGE_BYTES)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    opened = Workers(1)
    yield opened
    opened.close()


def test_size_decides_where_a_listing_is_read() -> None:
    assert not SMALL.is_large
    assert LARGE.is_large
    assert replace(SMALL, body=b"\x1f\x8b" + b"x" * (LARGE_BYTES // 5)).is_large


def test_a_large_listing_says_the_same_from_a_worker(workers: Workers) -> None:
    read = asyncio.run(workers.listing(LARGE))

    assert isinstance(read, Listing)
    assert read == try_listing(SMALL)
    assert len(read.entries) == 20


def test_a_large_listing_that_is_none_is_told(workers: Workers) -> None:
    read = asyncio.run(workers.listing(replace(LARGE, body=b"<html>" + b"x" * LARGE_BYTES)))

    assert isinstance(read, ListingError)
    assert "is a web page, not a feed" in str(read)
