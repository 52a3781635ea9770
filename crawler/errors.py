"""The crawler's errors.

CrawlerError
├── SourceError        the registry or a source in it is wrong
├── FetchError         an address could not be fetched outside of a crawl
│   └── RobotsRefusal    robots.txt closes it
├── CompressionError   bytes cannot be inflated
│   └── OversizeError    they would be larger than they may be
├── ListingError       a listing is not what it should be (a feed that is not a feed)
├── ExtractionError    a page gave no article; `reason` is a short slug for counting
└── LeaseLost          another crawler has the source now; nothing was written
"""


class CrawlerError(Exception):
    """Anything techwire's crawler tells its user in one line."""


class SourceError(CrawlerError):
    """The registry or one of its sources is wrong."""


class FetchError(CrawlerError):
    """An address could not be fetched. status: HTTP's, when it answered."""

    def __init__(self, words: str, *, status: int | None = None) -> None:
        super().__init__(words)
        self.status = status


class RobotsRefusal(FetchError):
    """robots.txt closes an address to crawlers."""


class CompressionError(CrawlerError):
    """Nothing comes out of what claims to be compressed."""


class OversizeError(CompressionError):
    """More comes out than may."""


class ListingError(CrawlerError):
    """A listing could not be read as what it claims to be."""


class ExtractionError(CrawlerError):
    """A page gave no article.

    reason: a slug for counting: "empty", "consent-wall", "login", "paywall" (all is its offer),
    "advert-wall" (asks to let adverts through), "challenge" (proof of a human visitor),
    "script-shell", "error-page", "list-page", "legal-page", "site-page" (the publisher on itself
    or for its readers), "other-page" (not what its feed announced), "not-html", "too-short",
    "too-large", "tdm" (mining is reserved), "timeout", "crash".
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type["ExtractionError"], tuple[str, str]]:
        return type(self), (self.reason, self.detail)


class LeaseLost(CrawlerError):
    """Another crawler has the source now; nothing was written."""
