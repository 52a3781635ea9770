"""The callback that WebSub hubs call: /websub/NAME, where a public address is set.

Bounds and HTTP alone; what a call means, the crawler's receiver knows, which is handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

MOST_BYTES = 2_000_000  # of one message; a hub may send the whole feed
PATH = "/websub"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubCall:
    """One call of a hub. name: of the subscription. body: None of a confirmation (GET)."""

    name: str
    query: Mapping[str, str]
    signature: str | None = None
    body: bytes | None = field(default=None, repr=False)


class Receiver(Protocol):
    """Takes a call. Returns: HTTP status and text of the answer."""

    def __call__(self, call: HubCall) -> tuple[int, str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hubs:
    """What this page has to do with hubs.

    receiver: takes what they send; None has no callback. own: the hub our feeds announce.
    public_url: the page's address from outside, by which its feeds are known to that hub.
    """

    receiver: Receiver | None = None
    own: str | None = None
    public_url: str | None = None


NO_HUBS = Hubs()


class HubCalls:
    """Answers hubs through a receiver, which is called in a thread."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    def routes(self) -> list[Route]:
        return [Route(f"{PATH}/{{name}}", self.take, methods=["GET", "POST"])]

    async def take(self, request: Request) -> Response:
        body: bytes | None = None
        if request.method == "POST":
            content = bytearray()
            try:
                async for chunk in request.stream():
                    content += chunk
                    if len(content) > MOST_BYTES:
                        words = f"Send at most {MOST_BYTES} bytes at once.\n"
                        return PlainTextResponse(words, 413)
            except ClientDisconnect:
                return PlainTextResponse("The request broke off.\n", 400)
            body = bytes(content)
        call = HubCall(
            name=request.path_params["name"],
            query=dict(request.query_params),
            signature=request.headers.get("x-hub-signature"),
            body=body,
        )
        status, text = await run_in_threadpool(self._receiver, call)
        return PlainTextResponse(text, status, {"Cache-Control": "no-store"})
