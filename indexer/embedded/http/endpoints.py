"""The frame every route runs in: the body is read, the bearer is known, the work is elsewhere.

Searches go to a reader process, everything else to a thread of this one.
"""

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from indexer.embedded.http.access import Permissions, authorise, invalid
from indexer.embedded.http.calls import (
    Asked,
    Call,
    Handler,
    Reply,
    SearchCall,
    SearchHandler,
    refusal,
    reply_to,
)
from indexer.embedded.http.readers import Readers
from indexer.embedded.http.unpacking import MAX_SMALL_BYTES, too_large
from indexer.embedded.index.errors import ApiError
from indexer.embedded.tasks.engine import Engine

Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(handler: Handler, action: str | None, *, limit: int = MAX_SMALL_BYTES) -> Endpoint:
    """Make a Starlette endpoint of a route. action: what the key must allow; None is open."""

    async def run(request: Request) -> Response:
        engine: Engine = request.app.state.engine

        def work(asked: Asked) -> Reply:
            return reply_to(asked, lambda body: handler(Call(asked, access, engine, body, engine)))

        try:
            access = _access(engine, request, action)  # before a stranger's body takes memory
            return response(await run_in_threadpool(work, await _read(request, limit)))
        except ApiError as error:
            return response(refusal(error))
        except ClientDisconnect:
            return Response(status_code=400)

    return run


def search_endpoint(handler: SearchHandler) -> Endpoint:
    """Make a Starlette endpoint of a route that only searches."""

    async def run(request: Request) -> Response:
        engine: Engine = request.app.state.engine
        readers: Readers = request.app.state.readers
        try:
            access = _access(engine, request, "search")
            asked = await _read(request, MAX_SMALL_BYTES)
        except ApiError as error:
            return response(refusal(error))
        except ClientDisconnect:
            return Response(status_code=400)
        found = await readers.answer(handler, asked, access)
        if found is None:
            found = await run_in_threadpool(
                reply_to, asked, lambda body: handler(SearchCall(asked, access, engine, body))
            )
        return response(found)

    return run


def response(reply: Reply) -> Response:
    media_type = "application/json" if reply.body else None
    return Response(reply.body or None, reply.status, media_type=media_type)


def _access(engine: Engine, request: Request, action: str | None) -> Permissions:
    """What the bearer may do here. Raises: ApiError."""
    if action is None:
        return Permissions(everything=True)
    access = authorise(engine, request.headers.get("authorization"), action)
    uid = request.path_params.get("uid")
    if uid is not None and not access.allows(uid):
        raise invalid()
    return access


async def _read(request: Request, limit: int) -> Asked:
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise too_large(limit)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise too_large(limit)
        parts.append(part)
    return Asked(
        request.method,
        request.url.path,
        request.path_params,
        request.url.query,
        dict(request.headers),
        b"".join(parts),
        limit,
    )
