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
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from indexer.foundation.errors import WebError
from indexer.foundation.outbound import WebAnswer, WebClient, WebRequest, following, user_agent

KINDS = {"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"}  # SVG can hold script
MAX_BYTES = 4 * 1024 * 1024
MAX_REDIRECTS = 3
TIMEOUT_S = 8.0
AT_ONCE = 16
MAX_ADDRESS = 2000


class Images:
    """Signs addresses of pictures and gives the pictures out.

    allow: private hosts, addresses or networks that are open all the same.
    """

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._secret = secrets.token_bytes(32)
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._client = WebClient(agent=user_agent(), allow=allow, at_once=AT_ONCE)

    async def aclose(self) -> None:
        await self._client.aclose()

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
                answer = await following(self._step, url, most=MAX_REDIRECTS)
        except (WebError, TimeoutError):
            return Response(status_code=404)
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if answer.status != 200 or kind not in KINDS or "content-encoding" in answer.headers:
            return Response(status_code=404)
        return Response(
            answer.body, media_type=kind, headers={"Cache-Control": "private, max-age=86400"}
        )

    def _signature(self, url: str) -> str:
        digest = hmac.digest(self._secret, url.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:18]).decode()

    async def _step(self, url: str) -> WebAnswer:
        return await self._client.ask(
            url,
            WebRequest(within_s=TIMEOUT_S, most_bytes=MAX_BYTES, headers={"Accept": "image/*"}),
        )
