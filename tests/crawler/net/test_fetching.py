"""Bodies fetched by hand come out of their compression, whatever the server chose."""

import asyncio
import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace

import brotli
import pytest

from crawler.errors import FetchError
from crawler.net.fetching import Fetcher
from indexer.foundation.config import Config
from tests.loopback import Answer, serving

TEXT = b"A story of robots that fold laundry. " * 500


def raw(text: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(text) + stream.flush()


def fetched(body: bytes, coding: str, config: Config) -> bytes:
    async def get(url: str) -> bytes:
        async with Fetcher(replace(config, allow_hosts=("127.0.0.1",))) as fetcher:
            return (await fetcher.step(url)).body

    with serving(lambda _: Answer(body=body, headers={"Content-Encoding": coding})) as site:
        return asyncio.run(get(site.url))


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", raw),
        ("br", brotli.compress),
    ],
    ids=["gzip", "zlib", "raw", "br"],
)
def test_a_body_comes_out_of_its_compression(
    coding: str, packed: Callable[[bytes], bytes], config: Config
) -> None:
    assert fetched(packed(TEXT), coding, config) == TEXT


def test_several_gzip_members_are_one_body(config: Config) -> None:
    assert fetched(gzip.compress(TEXT) + gzip.compress(b"End."), "gzip", config) == TEXT + b"End."


@pytest.mark.parametrize(
    ("coding", "words"),
    [
        ("compress", "answered in 'compress', which was not asked for"),
        ("zstd", "cannot be inflated: broken zstd"),
        ("gzip", "cannot be inflated"),
    ],
)
def test_what_cannot_be_inflated_is_told(coding: str, words: str, config: Config) -> None:
    with pytest.raises(FetchError, match=words):
        fetched(b"\xff" * 90, coding, config)
