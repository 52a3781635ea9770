"""A page's body out of the compression it travelled in, bounded."""

from dataclasses import replace

from crawler.article import Page
from crawler.errors import CompressionError, ExtractionError, OversizeError
from crawler.extraction.parsing import MAX_BYTES
from crawler.formats.compression import inflate


def inflated(page: Page) -> Page:
    """The page with its body as plain bytes; a stream that breaks off gives what came of it.

    Raises: ExtractionError "too-large" over 20 MB, "not-html" when nothing can be inflated.
    """
    if page.coding is None:
        return page
    try:
        body = inflate(page.body, page.coding, limit=MAX_BYTES).body
    except OversizeError as error:
        raise ExtractionError("too-large", str(error)) from error
    except CompressionError as error:
        raise ExtractionError("not-html", f"broken {page.coding}: {error}") from error
    return replace(page, body=body, coding=None)
