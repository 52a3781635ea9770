"""A listing is read by its kind, in a worker, whatever its bytes do there."""

import asyncio
import gzip
from collections.abc import Iterator
from dataclasses import replace

import brotli
import pytest

from crawler.discovery.listing import Listing
from crawler.discovery.reading import RawListing, try_listing
from crawler.errors import ListingError
from crawler.workers.pool import Workers
from tests.factories import NOW

ITEM = "<item><title>Plant {n} opens</title><link>https://kelp.example/{n}</link></item>"
FEED = "<rss><channel>" + "".join(ITEM.format(n=n) for n in range(20)) + "</channel></rss>"
RAW = RawListing(
    kind="feed", url="https://kelp.example/feed", source_id="kelp", body=FEED.encode(), now=NOW
)
LIMIT_S = 0.5


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    opened = Workers(1, limit_s=LIMIT_S)
    yield opened
    opened.close()


def test_a_listing_says_the_same_from_a_worker(workers: Workers) -> None:
    read = asyncio.run(workers.listing(RAW))

    assert isinstance(read, Listing)
    assert read == try_listing(RAW)
    assert len(read.entries) == 20


def test_a_listing_that_is_none_is_told(workers: Workers) -> None:
    read = asyncio.run(workers.listing(replace(RAW, body=b"<html>")))

    assert isinstance(read, ListingError)
    assert "is a web page, not a feed" in str(read)


def test_a_listing_over_its_limit_is_one_line_with_its_address(workers: Workers) -> None:
    many = "".join(ITEM.format(n=n) for n in range(50_000))
    read = asyncio.run(workers.listing(replace(RAW, body=f"<rss><channel>{many}".encode())))

    assert isinstance(read, ListingError)
    assert str(read) == (
        "https://kelp.example/feed could not be read: timeout: more than 0.5 s of CPU"
    )
    assert asyncio.run(workers.listing(RAW)) == try_listing(RAW), "and the next one is read"


def test_a_listing_is_inflated_where_it_is_read() -> None:
    squeezed = gzip.compress(FEED.encode())
    read = try_listing(replace(RAW, body=brotli.compress(squeezed), coding="gzip,br"))

    assert read == try_listing(RAW)


def test_a_listing_whose_transfer_broke_off_is_read_as_far_as_it_goes_and_that_is_said() -> None:
    squeezed = gzip.compress(FEED.encode())
    read = try_listing(replace(RAW, body=squeezed[:-60], coding="gzip"))

    assert isinstance(read, Listing)
    assert 0 < len(read.entries) < 20
    assert read.problems[-1] == "the compressed answer breaks off: read as far as it goes"


@pytest.mark.parametrize(
    ("body", "coding", "words"),
    [
        (FEED.encode(), "gzip", "incorrect header check"),
        (FEED.encode(), "zstd", "broken zstd"),
        (FEED.encode(), "compress", "coding 'compress' is not known"),
        (FEED.encode(), "gzip,gzip,gzip,gzip", "more than 3 codings"),
        (gzip.compress(bytes(60_000_000)), "gzip", "over 52428800 bytes"),
    ],
)
def test_a_listing_that_cannot_be_inflated_is_told(body: bytes, coding: str, words: str) -> None:
    read = try_listing(replace(RAW, body=body, coding=coding))

    assert isinstance(read, ListingError)
    assert str(read).startswith(f"https://kelp.example/feed cannot be inflated: {words}")
