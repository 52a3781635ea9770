"""Bytes out of the compression they travelled in, bounded: gzip, deflate, br, zstd.

For listings, pages and what is fetched by hand. A stream that breaks off gives what came of it. The
embedded engine keeps its own (`indexer.embedded.http.unpacking`): it imports nothing of ours, and
refuses what breaks off.
"""

import sys
import zlib
from dataclasses import dataclass, field
from typing import NamedTuple

import brotli  # type: ignore[import-untyped]

from crawler.errors import CompressionError, OversizeError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CODINGS = ("gzip", "x-gzip", "deflate", "br", "zstd")
MOST_CODINGS = 3  # of one body, one inside the other

# windows of 8 MB at most, as browsers bound them (RFC 9659)
_ZSTD_OPTIONS: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}
_GZIP, _ZLIB, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_FIRST_PIECE = 4_096  # a stream of a million empty members must not be copied a million times
_LARGEST_PIECE = 1 << 20


class Inflated(NamedTuple):
    """whole: False when the stream breaks off, or breaks, behind these bytes."""

    body: bytes
    whole: bool


def is_gzip(body: bytes) -> bool:
    return body[:2] == b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedBody:
    """A body as it travelled. coding: as Content-Encoding names it ("gzip"), or None."""

    body: bytes = field(repr=False)
    coding: str | None = None

    def inflated(self, *, limit: int) -> Inflated:
        """The plain bytes. Raises: as `inflate`."""
        if self.coding is None:
            return Inflated(self.body, whole=True)
        return inflate(self.body, self.coding, limit=limit)


def inflate(body: bytes, coding: str, *, limit: int) -> Inflated:
    """The bytes that codings of HTTP hold; what their first bytes say outweighs their names.

    coding: of `CODINGS`, or several parted by commas, the last applied last. limit: most bytes to
    come out.
    Raises: CompressionError when nothing comes of it, or for other codings; OversizeError.
    """
    named = [name.strip() for name in coding.lower().split(",")]
    if len(named) > MOST_CODINGS:
        raise CompressionError(f"more than {MOST_CODINGS} codings, one in the other")
    whole = True
    for name in reversed(named):
        body, is_whole = _inflate_one(body, name, limit)
        whole = whole and is_whole
    return Inflated(body, whole)


def _inflate_one(body: bytes, coding: str, limit: int) -> Inflated:
    if coding not in CODINGS:
        raise CompressionError(f"coding {coding[:40]!r} is not known")
    if not body:
        return Inflated(body, whole=True)
    if coding == "br":
        return _brotli(body, limit)
    if coding == "zstd":
        return _zstd(body, limit)
    if is_gzip(body):
        return _members(body, _GZIP, limit)
    if _begins_as_zlib(body):
        try:
            return _members(body, _ZLIB, limit)
        except OversizeError:
            raise
        except CompressionError:
            pass  # deflate without a header may begin so by chance
    if coding == "deflate":
        return _members(body, _RAW, limit)
    raise CompressionError("incorrect header check")


def _begins_as_zlib(body: bytes) -> bool:
    return body[0] & 0x0F == 8 and int.from_bytes(body[:2]) % 31 == 0  # RFC 1950, 2.2


def _members(body: bytes, wbits: int, limit: int) -> Inflated:
    """gzip may be several members, one after the other (RFC 1952, 2.2); deflate is one."""
    found = bytearray()
    at, whole = 0, True
    while at < len(body) and whole and (at == 0 or is_gzip(body[at : at + 2])):
        begun, before = at, len(found)
        stream = zlib.decompressobj(wbits)
        size = _FIRST_PIECE
        try:
            while at < len(body) and not stream.eof:
                piece = body[at : at + size]
                found += stream.decompress(piece, limit + 1 - len(found))
                _check(found, limit)
                at += len(piece) - len(stream.unused_data)
                size = min(2 * size, _LARGEST_PIECE)
            whole = stream.eof
        except zlib.error as error:
            del found[before:]
            found += _beginning(body[begun:], wbits, limit - len(found))
            if not found:
                raise CompressionError(str(error)) from error
            whole = False
        if wbits != _GZIP:
            break
    return Inflated(bytes(found), whole)


def _beginning(body: bytes, wbits: int, limit: int) -> bytes:
    """What comes before the place where a member is broken."""
    stream = zlib.decompressobj(wbits)
    found = bytearray()
    try:
        for at in range(0, len(body), 64):
            found += stream.decompress(body[at : at + 64], limit + 1 - len(found))
            _check(found, limit)
    except zlib.error:
        pass
    return bytes(found)


def _brotli(body: bytes, limit: int) -> Inflated:
    stream = brotli.Decompressor()
    found = bytearray()
    try:
        for at in range(0, len(body), _FIRST_PIECE):
            left = body[at : at + _FIRST_PIECE]
            while not stream.is_finished() and (left or not stream.can_accept_more_data()):
                found += stream.process(left, output_buffer_limit=_LARGEST_PIECE)
                left = b""
                _check(found, limit)
    except brotli.error as error:
        if not found:
            raise CompressionError(f"broken br: {error}") from error
    return Inflated(bytes(found), whole=bool(stream.is_finished()))


def _zstd(body: bytes, limit: int) -> Inflated:
    """Frames may follow each other, as gzip's members do (RFC 8878, 3)."""
    found = bytearray()
    whole, left = False, memoryview(body)
    try:
        while left:
            stream = zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)
            while not stream.eof and (left or not stream.needs_input):
                piece, left = left[:_FIRST_PIECE], left[_FIRST_PIECE:]
                found += stream.decompress(piece, max_length=_LARGEST_PIECE)
                _check(found, limit)
            whole = stream.eof
            left = memoryview(body)[len(body) - len(left) - len(stream.unused_data) :]
            if not whole:
                break
    except zstd.ZstdError as error:
        if not found:
            raise CompressionError(f"broken zstd: {error}") from error
        whole = False
    return Inflated(bytes(found), whole)


def _check(found: bytearray, limit: int) -> None:
    if len(found) > limit:
        raise OversizeError(f"over {limit} bytes when inflated")
