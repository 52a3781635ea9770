"""The search page's server: the built page, the search behind it, its feeds, the coverage's data.

Everything comes from one origin: the page asks nobody else, and its Content-Security-Policy holds
it to that. Pictures too come through here (`indexer.web.images`), so readers stay unknown to
publishers until they follow a link. Searching itself is `indexer.web.proxy`'s.
"""

import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indexer.foundation.config import SERVE_HOSTS_ADVICE
from indexer.listening.names import OwnNames
from indexer.search.contract import FACETS
from indexer.search.query import Names
from indexer.vocabulary.sources import Registry, no_sources
from indexer.web.assets import PageAssets
from indexer.web.feeds import Feeds
from indexer.web.hub_calls import NO_HUBS, HubCalls, Hubs
from indexer.web.images import Images
from indexer.web.proxy import RefusedRequest, SearchProxy
from indexer.web.question import with_values

STATIC = Path(__file__).with_name("static")

Coverage = Callable[[], Mapping[str, object]]

SECURITY_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            # No string becomes markup or script, whatever a headline holds: the browser refuses it.
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_app(  # noqa: PLR0913 -- one call in the product, all by name
    *,
    meili_url: str,
    search_key: str | None,
    index: str,
    coverage: Coverage | None = None,
    sources: Registry = no_sources,
    allow_hosts: Iterable[str] = (),
    names: Iterable[str] = (),
    hubs: Hubs = NO_HUBS,
) -> Starlette:
    """The web application of one index.

    meili_url: the search server's address, as this machine reaches it.
    search_key: a key that may search and nothing else; None when the server asks for none.
    coverage: tells what is known of the sources; called at each request, in a thread.
    sources: tells the registry, for names of sources in addresses.
    allow_hosts: private hosts whose pictures may be fetched, as in the crawl's settings.
    names: what the page is called, beside loopback's names and addresses.
    hubs: that send to us, and that our feeds announce.
    """
    images = Images(allow_hosts)
    proxy = SearchProxy(meili_url, search_key, index, images.rewrite, sources)
    feeds = Feeds(proxy, sources, hubs=hubs)
    known = Names(sources=sources, ask=proxy.ask_from_thread)
    page = PageAssets(STATIC, index)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with proxy.client:
            yield
        await images.aclose()

    async def tell_coverage(request: Request) -> Response:
        told = await run_in_threadpool(coverage) if coverage else {}
        return JSONResponse(dict(told), headers={"Cache-Control": "no-store"})

    async def show_page(request: Request) -> Response:
        """The page; where the address names a facet's value otherwise, at the address with it."""
        given = request.query_params.multi_items()
        if any(kind in FACETS for kind, _ in given):
            # the page itself says that its server is away
            with contextlib.suppress(RefusedRequest):
                meant = await run_in_threadpool(with_values, given, known)
                if meant != given:
                    headers = {"Cache-Control": "no-store"}
                    return RedirectResponse(f"/?{urlencode(meant)}", 307, headers)
        return await page.show(request)

    async def tell_health(request: Request) -> Response:
        asked = await proxy.health(request)
        words = "ok" if asked.status_code == 200 else "the search server does not answer"
        status = 200 if words == "ok" else 503
        told = {"status": words}
        if words == "ok" and (amiss := _amiss(json.loads(bytes(asked.body)))):
            told["search"] = amiss
        return JSONResponse(told, status, headers={"Cache-Control": "no-store"})

    packed = [Middleware(GZipMiddleware, minimum_size=1000, compresslevel=4)]
    coverage_route = Route("/coverage", tell_coverage, methods=["GET"])
    return Starlette(
        routes=[
            Mount("/api", routes=[coverage_route, *proxy.routes()], middleware=packed),
            Route("/feed.xml", feeds.xml, methods=["GET"], middleware=packed),
            Route("/feed.json", feeds.json, methods=["GET"], middleware=packed),
            Route("/image", images.show, methods=["GET"]),
            *(HubCalls(hubs.receiver).routes() if hubs.receiver else ()),
            Route("/healthz", tell_health, methods=["GET"]),
            Route("/", show_page, methods=["GET"]),
            Route("/static/{name:path}", page.file, methods=["GET"]),
        ],
        exception_handlers={Exception: _broken},
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(OwnNames, names, SERVE_HOSTS_ADVICE, open_paths=["/healthz"]),
        ],
        lifespan=lifespan,
    )


def _amiss(health: Mapping[str, object]) -> str:
    """What the embedded engine says is not as it should be; it answers all the same."""
    found = []
    tasks, indexes = health.get("tasks"), health.get("indexes")
    if isinstance(tasks, dict):
        since, reason = tasks.get("stalledSince"), tasks.get("reason")
        found.append(f"tasks do not move since {since}: {reason}")
    if isinstance(indexes, dict):
        found += [f"{uid}: {words}" for uid, words in indexes.items()]
    return "; ".join(found)


async def _broken(request: Request, error: Exception) -> Response:
    return RefusedRequest(500, "internal", "The page's server failed; its log says more.").answer()


class SecurityHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)
