"""The search part of Meilisearch's API, passed on under the page's own origin.

The browser never sees a key: the search-only key is added here. Only searching passes, only in the
page's index, with bounded bodies and time. Everything else the search server can do stays closed.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import httpx
import orjson
from anyio import from_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from indexer.foundation.times import now_utc
from indexer.search.query import Names
from indexer.vocabulary.sources import Registry, no_sources
from indexer.web.queries import PageQuery, page_query

MAX_REQUEST_BYTES = 256 * 1024
MAX_ANSWER_BYTES = 16 * 1024 * 1024
JSON_HEADERS = {"Content-Type": "application/json"}
MAX_QUERIES = 64  # the page's largest request, the topic × region grid, asks about 30
MAX_SENT = 256  # of them, where OR makes several of one
TIMEOUT = httpx.Timeout(10.0, connect=2.0)

Rewrite = Callable[[Any], None]


class RefusedRequest(Exception):
    """A request that is not passed on; told in the form of Meilisearch's errors."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def answer(self) -> JSONResponse:
        kind = "invalid_request" if self.status < 500 else "system"
        error = {"message": str(self), "code": self.code, "type": kind, "link": ""}
        return JSONResponse(error, self.status)


class SearchProxy:
    """Passes searches on to one index of one search server.

    rewrite: changes a decoded answer in place before it goes to the browser.
    """

    def __init__(
        self,
        meili_url: str,
        search_key: str | None,
        index: str,
        rewrite: Rewrite | None = None,
        sources: Registry = no_sources,
    ) -> None:
        headers = {"Authorization": f"Bearer {search_key}"} if search_key else {}
        self.client = httpx.AsyncClient(
            base_url=meili_url, headers=headers, timeout=TIMEOUT, trust_env=False
        )
        self.index = index
        self.rewrite = rewrite
        self.names = Names(sources=sources, ask=self.ask_from_thread)

    def routes(self) -> list[Route]:
        return [
            Route("/health", self.health, methods=["GET"]),
            Route("/multi-search", self.multi_search, methods=["POST"]),
            Route("/indexes/{index}/search", self.search, methods=["POST"]),
            Route("/indexes/{index}/facet-search", self.search, methods=["POST"]),
        ]

    async def health(self, request: Request) -> Response:
        return await self.passed_on("GET", "/health", None)

    async def multi_search(self, request: Request) -> Response:
        try:
            body = await _read_object(request)
            self._check_queries(body.get("queries"))
            queries = [await self._understood(query) for query in body["queries"]]
            if body.get("federation") is not None or all(q.understood is None for q in queries):
                return await self.passed_on("POST", "/multi-search", body)
            sent = [one for query in queries for one in query.sent]
            if len(sent) > MAX_SENT:
                raise RefusedRequest(400, "bad_request", "OR makes too many searches: use fewer.")
            status, answer = await self.ask("POST", "/multi-search", {**body, "queries": sent})
        except RefusedRequest as refused:
            return refused.answer()
        results = answer.get("results")
        if status == 200 and isinstance(results, list) and len(results) == len(sent):
            answers = iter(results)
            answer["results"] = [
                query.answer([next(answers) for _ in query.sent]) for query in queries
            ]
        return self._shown(status, answer)

    async def search(self, request: Request) -> Response:
        index = request.path_params["index"]
        action = request.url.path.rsplit("/", 1)[1]
        try:
            self._check_index(index)
            body = await _read_object(request)
            query = await self._understood(body)
            if query.several and action == "search":
                queries = [{"indexUid": index, **one} for one in query.sent]
                status, answer = await self.ask("POST", "/multi-search", {"queries": queries})
                if status == 200:
                    answer = query.answer(answer["results"])
                return self._shown(status, answer)
            path = f"/indexes/{quote(index, safe='')}/{action}"
            if query.understood is None:
                return await self.passed_on("POST", path, body)
            # values are offered for one search: with OR for any words
            sent = {**body, "q": ""} if query.several else query.sent[0]
            status, answer = await self.ask("POST", path, sent)
        except RefusedRequest as refused:
            return refused.answer()
        told = query.answer([answer]) if status == 200 and action == "search" else answer
        return self._shown(status, told)

    async def _understood(self, query: dict[str, Any]) -> PageQuery:
        return await run_in_threadpool(page_query, query, self.names, now_utc())

    async def passed_on(self, method: str, path: str, body: Any) -> Response:
        """The search server's answer, or 503 when there is none."""
        try:
            status, answer = await self.ask(method, path, body)
        except RefusedRequest as refused:
            return refused.answer()
        return self._shown(status, answer)

    def _shown(self, status: int, answer: dict[str, Any]) -> Response:
        if self.rewrite is not None and status == 200:
            try:
                self.rewrite(answer)
            except (TypeError, AttributeError):
                return _unreadable().answer()
        # In ASCII: a headline may hold half a surrogate pair, which UTF-8 has no bytes for.
        return Response(json.dumps(answer), status, media_type="application/json")

    async def ask(self, method: str, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        """Status of the search server's answer, and its JSON.

        Raises: RefusedRequest when it does not answer in time, answers too much or no JSON, or
            refuses the key.
        """
        content = bytearray()
        try:
            sent = None if body is None else orjson.dumps(body)
            async with self.client.stream(
                method, path, content=sent, headers=None if sent is None else JSON_HEADERS
            ) as response:
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > MAX_ANSWER_BYTES:
                        raise RefusedRequest(
                            502, "answer_too_large", "The search server sent too much."
                        )
        except httpx.HTTPError as error:
            raise RefusedRequest(
                503,
                "search_server_down",
                "The search server does not answer. The page tries again by itself.",
            ) from error
        if response.status_code in (401, 403):
            raise RefusedRequest(
                503,
                "search_key_refused",
                "The search server refuses this page's key. Run `techwire doctor` on the server.",
            )
        try:
            answer = json.loads(bytes(content))
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise _unreadable()
        return response.status_code, answer

    async def ask_index(self, action: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of the page's index to `search` or `facet-search`. Raises: RefusedRequest."""
        status, answer = await self.ask("POST", f"/indexes/{self.index}/{action}", body)
        if status != 200:
            told = 503 if status == 503 else 502  # 503: later it will answer
            raise RefusedRequest(told, "search_failed", str(answer.get("message", status)))
        return answer

    def ask_from_thread(self, action: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The same, for code that Starlette runs in a thread."""
        return from_thread.run(self.ask_index, action, body)

    def _check_queries(self, queries: Any) -> None:
        if not isinstance(queries, list) or not all(isinstance(query, dict) for query in queries):
            raise RefusedRequest(400, "bad_request", "`queries` must be a list of objects.")
        if len(queries) > MAX_QUERIES:
            raise RefusedRequest(
                400, "bad_request", f"{len(queries)} queries at once: send at most {MAX_QUERIES}."
            )
        for query in queries:
            self._check_index(query.get("indexUid"))

    def _check_index(self, index: Any) -> None:
        if index != self.index:
            raise RefusedRequest(
                404, "index_not_found", f"This page searches {self.index!r} alone."
            )


def _unreadable() -> RefusedRequest:
    words = "What answers is no search server: check MEILI_URL."
    return RefusedRequest(502, "answer_unreadable", words)


async def _read_object(request: Request) -> dict[str, Any]:
    content = bytearray()
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > MAX_REQUEST_BYTES:
                raise RefusedRequest(
                    413, "payload_too_large", f"Send at most {MAX_REQUEST_BYTES} bytes at once."
                )
    except ClientDisconnect as error:
        raise RefusedRequest(400, "bad_request", "The request broke off.") from error
    try:
        body = orjson.loads(content)  # knows no NaN, no number without end, no half of a pair
        orjson.dumps(body)
    except (ValueError, TypeError) as error:
        words = str(error) if isinstance(error, ValueError) else "it is nested too deeply"
        raise RefusedRequest(400, "malformed_payload", f"The body is not JSON: {words}.") from error
    if not isinstance(body, dict):
        raise RefusedRequest(400, "bad_request", "The body must be a JSON object.")
    return body
