"""One address fetched outside of a crawl: the one web client's answer, out of its compression.

It asks whatever it is told; what a host wants of a crawler is `net.visiting`'s.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from types import TracebackType

from crawler.errors import CompressionError, FetchError, OversizeError
from crawler.formats.charset import charset_of
from crawler.formats.compression import CODINGS, inflate
from crawler.net.refusals import LET_THROUGH
from crawler.settings import MAX_BODY_BYTES
from crawler.urls import site_of
from indexer.foundation.config import Config
from indexer.foundation.errors import BrokenCertificate, WebError
from indexer.foundation.outbound import WebAnswer, WebClient, WebRequest, user_agent

TIMEOUT_S = 60.0  # for one whole answer
_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip",  # enough; deflate and br are read unasked
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What an address answered. url: final. body: without its transfer's compression.

    content_type, encoding: as the header names them. leads_to: where a redirect points, or None.
    retry_after, date, age: headers, "" where absent.
    """

    url: str
    status: int
    body: bytes = field(default=b"", repr=False)
    content_type: str | None = None
    encoding: str | None = None
    leads_to: str | None = None
    retry_after: str = ""
    date: str = ""
    age: str = ""


class Fetcher:
    """Fetches addresses; use it with `async with`.

    unverified: sites (registered domains) whose broken certificates are let through.
    """

    def __init__(self, config: Config, *, unverified: Collection[str] = ()) -> None:
        self._unverified = frozenset(unverified)
        agent = user_agent(config.contact)
        self._client = WebClient(agent=agent, allow=config.allow_hosts)

    async def __aenter__(self) -> "Fetcher":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def step(self, url: str) -> Download:
        """One request; a redirect is returned as one. Raises: FetchError unless it answers."""
        request = WebRequest(
            within_s=TIMEOUT_S,
            most_bytes=MAX_BODY_BYTES,
            headers=_HEADERS,
            verify_tls=not self._unverified or site_of(url) not in self._unverified,
        )
        try:
            answer = await self._client.ask(url, request)
        except BrokenCertificate as error:
            raise FetchError(f"{url} is not asked: {error}; {LET_THROUGH}") from error
        except WebError as error:
            raise FetchError(f"{url} cannot be fetched: {error}") from error
        return _download(answer)


def _download(answer: WebAnswer) -> Download:
    kind = answer.headers.get("content-type")
    return Download(
        url=answer.url,
        status=answer.status,
        body=_inflated(answer.body, answer.headers.get("content-encoding", ""), answer.url),
        content_type=kind,
        encoding=charset_of(kind),
        leads_to=answer.leads_to,
        retry_after=answer.headers.get("retry-after", ""),
        date=answer.headers.get("date", ""),
        age=answer.headers.get("age", ""),
    )


def _inflated(body: bytes, encoding: str, url: str) -> bytes:
    coding = encoding.strip().lower()
    if not body or coding in ("", "identity"):
        return body
    if coding not in CODINGS:
        raise FetchError(f"{url} answered in {coding[:40]!r}, which was not asked for")
    try:
        return inflate(body, coding, limit=MAX_BODY_BYTES).body
    except OversizeError:
        raise FetchError(f"{url} is larger than {MAX_BODY_BYTES} bytes") from None
    except CompressionError as error:
        raise FetchError(f"{url} cannot be inflated: {error}") from error
