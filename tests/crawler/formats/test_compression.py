"""Compressed bytes, whole, broken and hostile: one way to inflate them for every room."""

import gzip
import sys
import time
import zlib

import brotli
import pytest

from crawler.errors import CompressionError, OversizeError
from crawler.formats.compression import Inflated, inflate

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b"<p>" + b" ".join(b"%d" % number for number in range(90_000))
LIMIT = 1_000_000
RAW = zlib.compressobj(wbits=-15)
PACKED = [
    ("gzip", gzip.compress(TEXT)),
    ("x-gzip", gzip.compress(TEXT)),
    ("deflate", zlib.compress(TEXT)),
    ("deflate", RAW.compress(TEXT) + RAW.flush()),
    ("br", brotli.compress(TEXT, quality=4)),
    # servers that name the one and send the other
    ("deflate", gzip.compress(TEXT)),
    ("gzip", zlib.compress(TEXT)),
]
KINDS = ["gzip", "x-gzip", "zlib", "raw", "br", "gzip as deflate", "zlib as gzip"]


@pytest.mark.parametrize(("coding", "packed"), PACKED, ids=KINDS)
def test_what_was_packed_comes_out(coding, packed):
    assert inflate(packed, coding, limit=LIMIT) == Inflated(TEXT, whole=True)


@pytest.mark.parametrize(("coding", "packed"), PACKED, ids=KINDS)
def test_a_stream_that_breaks_off_gives_what_came(coding, packed):
    body, whole = inflate(packed[: len(packed) // 2], coding, limit=LIMIT)

    assert not whole
    assert len(body) > 50_000
    assert TEXT.startswith(body)


@pytest.mark.parametrize(("coding", "packed"), PACKED[:5], ids=KINDS[:5])
def test_garbage_within_a_stream_ends_it(coding, packed):
    half = len(packed) // 2
    body, whole = inflate(packed[:half] + b"\xff\0\xaa" * 99 + packed[half:], coding, limit=LIMIT)

    assert not whole
    assert TEXT[:50_000] == body[:50_000]


def test_several_members_are_one_stream():
    parts = [TEXT[at : at + 30_000] for at in range(0, len(TEXT), 30_000)]
    packed = b"".join(map(gzip.compress, parts))

    assert inflate(packed, "gzip", limit=LIMIT) == Inflated(TEXT, whole=True)
    assert inflate(packed + b"\0" * 512, "gzip", limit=LIMIT) == Inflated(TEXT, whole=True)


def test_a_broken_second_member_leaves_the_first():
    first, second = gzip.compress(TEXT[:5_000]), gzip.compress(TEXT[5_000:])
    body, whole = inflate(first + second[:12] + b"\xff" * 90, "gzip", limit=LIMIT)

    assert (body[:5_000], whole) == (TEXT[:5_000], False)


@pytest.mark.parametrize(("coding", "packed"), PACKED, ids=KINDS)
def test_more_than_may_come_out_is_refused(coding, packed):
    assert inflate(packed, coding, limit=len(TEXT)).whole
    with pytest.raises(OversizeError, match=f"over {len(TEXT) - 1} bytes when inflated"):
        inflate(packed, coding, limit=len(TEXT) - 1)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_bytes_of_which_nothing_comes_are_refused(coding):
    with pytest.raises(CompressionError):
        inflate(b"\xff" * 90, coding, limit=LIMIT)


def test_a_coding_nobody_knows_is_named():
    with pytest.raises(CompressionError, match="'lzma' is not known"):
        inflate(TEXT, "lzma", limit=LIMIT)
    assert inflate(b"", "br", limit=LIMIT) == Inflated(b"", whole=True)


def test_frames_of_zstd_are_one_stream_whose_size_is_bounded():
    packed = zstd.compress(TEXT[:300_000]) + zstd.compress(TEXT[300_000:])

    assert inflate(packed, "zstd", limit=LIMIT) == Inflated(TEXT, whole=True)
    with pytest.raises(OversizeError):
        inflate(packed, "zstd", limit=len(TEXT) - 1)


def test_a_broken_second_frame_leaves_the_first():
    first, second = zstd.compress(TEXT[:5_000]), zstd.compress(TEXT[5_000:])

    assert inflate(first + second[:30], "zstd", limit=LIMIT) == Inflated(TEXT[:5_000], whole=False)
    assert inflate(first + b"\xff" * 9, "zstd", limit=LIMIT) == Inflated(TEXT[:5_000], whole=False)


def test_a_window_that_browsers_refuse_is_refused():
    options = {zstd.CompressionParameter.window_log: 27}
    stream = zstd.ZstdCompressor(options=options)  # streamed, so that no size narrows the window

    with pytest.raises(CompressionError, match="broken zstd"):
        inflate(stream.compress(TEXT) + stream.flush(), "zstd", limit=LIMIT)


def test_a_hundred_thousand_empty_members_are_soon_read():
    started = time.monotonic()

    assert inflate(gzip.compress(b"") * 100_000, "gzip", limit=LIMIT).body == b""
    assert time.monotonic() - started < 20  # a guard against hanging, not a measurement
