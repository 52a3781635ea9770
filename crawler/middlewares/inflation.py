"""Bodies stay as they travelled: who reads one in a worker inflates it there, not on the loop."""

from scrapy import Request
from scrapy.http import Response

from crawler.formats.compression import PackedBody

ACCEPTED = "gzip, deflate, br"


class LateInflationMiddleware:
    """Asks for compressed answers and leaves them so, in place of Scrapy's own."""

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ACCEPTED)


def coding_of(response: Response) -> str | None:
    """How a body is compressed, as `formats.compression` takes it, or None."""
    header = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
    named = [name.strip().lower() for name in header.split(",")]
    return ",".join(name for name in named if name not in ("", "identity")) or None


def packed(response: Response) -> PackedBody:
    """A body with what it needs to be read in a worker."""
    return PackedBody(body=response.body, coding=coding_of(response))
