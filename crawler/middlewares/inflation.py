"""Pages stay compressed until a worker reads them: the event loop inflates listings only."""

from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Response


class LateInflationMiddleware(HttpCompressionMiddleware):
    """Scrapy's, but for pages in gzip: these keep their Content-Encoding."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Any:
        if request.meta.get("page") and coding_of(response):
            return response
        return super().process_response(request, response)


def coding_of(response: Response) -> str | None:
    """`gzip` when the body is still compressed that way alone, else None."""
    codings = [value.strip().lower() for value in response.headers.getlist("Content-Encoding")]
    return "gzip" if codings in ([b"gzip"], [b"x-gzip"]) else None
