"""Publishers' pictures, fetched by the page's server so that readers stay unknown to publishers.

The server signs the addresses of pictures on their way from the index to the browser, and fetches
only what it signed: nobody can make it fetch another address. An address from the web may still
point anywhere, so private addresses stay closed unless the operator lists them, and size, time,
kind and redirects are bounded.
"""

import asyncio
import base64
import hashlib
import hmac
import secrets
import ssl
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode, urljoin

import httpcore
import httpx
from starlette.requests import Request
from starlette.responses import Response

from indexer.foundation.open_network import OpenNetwork, PrivateAddress

KINDS = {"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"}  # SVG can hold script
MAX_BYTES = 4 * 1024 * 1024
MAX_REDIRECTS = 3
TIMEOUT_S = 8.0
AT_ONCE = 16
MAX_ADDRESS = 2000


class Unfit(Exception):
    """A picture that cannot be shown; its reason stays here."""


FAILURES = (
    Unfit,
    PrivateAddress,
    httpx.InvalidURL,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    OSError,  # no such host, no such route, a certificate that is wrong, too slow
    ValueError,  # a port, a host name or a header no one can read
)


class Images:
    """Signs addresses of pictures and gives the pictures out.

    allow: private hosts, addresses or networks that are open all the same.
    """

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._secret = secrets.token_bytes(32)
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            network_backend=OpenNetwork(allow),
            max_connections=AT_ONCE,
            keepalive_expiry=10.0,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()

    def rewrite(self, answer: Any) -> None:
        """Put our own signed address in place of every hit's `image`."""
        if not isinstance(answer, dict):
            return
        results = answer.get("results")
        for result in results if isinstance(results, list) else [answer]:
            for hit in result.get("hits") or []:
                if isinstance(hit.get("image"), str):
                    hit["image"] = self.address(hit["image"])

    def address(self, url: str) -> str | None:
        """Where this server shows the picture at `url`; None when it would never do so."""
        if not url.startswith(("http://", "https://")) or len(url) > MAX_ADDRESS:
            return None
        return "image?" + urlencode({"of": url, "by": self._signature(url)})

    async def show(self, request: Request) -> Response:
        url = request.query_params.get("of", "")
        signature = request.query_params.get("by", "")
        if not hmac.compare_digest(signature.encode(), self._signature(url).encode()):
            return Response(status_code=403)
        try:
            async with self._at_once, asyncio.timeout(TIMEOUT_S):
                kind, content = await self._fetch(url)
        except FAILURES:
            return Response(status_code=404)
        return Response(
            content, media_type=kind, headers={"Cache-Control": "private, max-age=86400"}
        )

    def _signature(self, url: str) -> str:
        digest = hmac.digest(self._secret, url.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:18]).decode()

    async def _fetch(self, url: str) -> tuple[str, bytes]:
        """Kind and content of the picture. Raises: Unfit, or what the network raises."""
        for _ in range(MAX_REDIRECTS + 1):
            target = httpx.URL(url)
            if target.scheme not in ("http", "https") or not target.host:
                raise Unfit(f"{url}: not an address of the web")
            headers = [(b"Host", target.netloc), (b"Accept", b"image/*")]
            asked = httpcore.URL(str(target.copy_with(fragment=None)))
            async with self._pool.stream("GET", asked, headers=headers) as response:
                found = {name.lower().decode(): value.decode() for name, value in response.headers}
                if response.status in (301, 302, 303, 307, 308) and "location" in found:
                    url = urljoin(url, found["location"])
                    continue
                kind = found.get("content-type", "").partition(";")[0].strip().lower()
                if response.status != 200 or kind not in KINDS or "content-encoding" in found:
                    raise Unfit(f"{url}: {response.status} {kind}")
                return kind, await _bounded(response)
        raise Unfit(f"{url}: redirected too often")


async def _bounded(response: httpcore.Response) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_stream():
        content += chunk
        if len(content) > MAX_BYTES:
            raise Unfit("too large")
    return bytes(content)
