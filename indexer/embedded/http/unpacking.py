"""Bodies: how large they may be, packed and unpacked, and how they are unpacked.

The crawler has an inflater of its own, which takes what comes of a broken stream. This one stays
apart: the engine imports nothing of ours, and refuses a client's broken body, as Meilisearch does.
"""

import zlib
from typing import Any

import brotli  # type: ignore[import-untyped]

from indexer.embedded.index.errors import ApiError

MAX_BYTES = 100 * 1024 * 1024  # as Meilisearch: packed and unpacked alike
MAX_SMALL_BYTES = 10 * 1024 * 1024  # every body but documents
_PART = 1 << 20


def too_large(limit: int) -> ApiError:
    return ApiError(
        "payload_too_large",
        "The provided payload reached the size limit. The maximum accepted payload size is "
        f"{limit // (1024 * 1024)} MiB.",
    )


def unpack(body: bytes, encoding: str, limit: int = MAX_BYTES) -> bytes:
    """Undo gzip, deflate or br; a bomb stops at the limit. Raises: ApiError."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity") or not body:
        return body
    try:
        if encoding == "gzip":
            return _inflate(body, zlib.decompressobj(wbits=31), limit)
        if encoding == "deflate":
            zlib_header = (
                len(body) > 1 and body[0] & 0x0F == 8 and (body[0] * 256 + body[1]) % 31 == 0
            )
            return _inflate(body, zlib.decompressobj(wbits=15 if zlib_header else -15), limit)
        if encoding == "br":
            return _brotli(body, limit)
    except (zlib.error, brotli.error):
        raise ApiError("malformed_payload", f"The body is not valid `{encoding}`.") from None
    raise ApiError(
        "invalid_content_type",
        f"The Content-Encoding `{encoding[:40]}` is not supported: use gzip, deflate or br.",
    )


def _inflate(body: bytes, inflater: Any, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    rest = body
    while rest and not inflater.eof:
        part = inflater.decompress(rest, _PART)
        size += len(part)
        if size > limit:
            raise too_large(limit)
        parts.append(part)
        rest = inflater.unconsumed_tail
        if not part and not rest:
            break
    if not inflater.eof:
        parts.append(inflater.flush())
        if not inflater.eof:
            raise zlib.error("cut short")
    return b"".join(parts)


def _brotli(body: bytes, limit: int) -> bytes:
    inflater = brotli.Decompressor()
    parts = [inflater.process(body, output_buffer_limit=_PART)]
    size = len(parts[0])
    while not inflater.is_finished():
        if inflater.can_accept_more_data():
            raise brotli.error("cut short")
        parts.append(inflater.process(b"", output_buffer_limit=_PART))
        size += len(parts[-1])
        if size > limit:
            raise too_large(limit)
    return b"".join(parts)
