"""A page's body out of the gzip it travelled in, bounded."""

import zlib
from dataclasses import replace

from crawler.article import Page
from crawler.errors import ExtractionError
from crawler.extraction.parsing import MAX_BYTES

_GZIP = 16 + zlib.MAX_WBITS


def inflated(page: Page) -> Page:
    """The page with its body as plain bytes; a stream that breaks off gives what came of it.

    Raises: ExtractionError "too-large" over 20 MB, "not-html" when nothing can be inflated.
    """
    if page.coding is None:
        return page
    body = b""
    left = page.body
    while left:  # several members make one stream (RFC 1952, 2.2)
        stream = zlib.decompressobj(_GZIP)
        try:
            body += stream.decompress(left, MAX_BYTES + 1 - len(body))
        except zlib.error as error:
            if not body:
                body = _beginning(left)
            if not body:
                raise ExtractionError("not-html", f"broken gzip: {error}") from error
            break
        if len(body) > MAX_BYTES:
            raise ExtractionError("too-large", f"over {MAX_BYTES} bytes when inflated")
        left = stream.unused_data
    return replace(page, body=body, coding=None)


def _beginning(packed: bytes) -> bytes:
    """What comes before the place where a stream is broken."""
    stream = zlib.decompressobj(_GZIP)
    body = b""
    try:
        for at in range(0, len(packed), 1_024):
            body += stream.decompress(packed[at : at + 1_024], MAX_BYTES - len(body))
    except zlib.error:
        pass
    return body
