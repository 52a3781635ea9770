"""A request, read and bounded, and the frame every route runs in.

Bodies are read up to a limit, unpacked up to a limit, and the work leaves the event loop.
"""

import logging
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import brotli  # type: ignore[import-untyped]
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from indexer.embedded.access import Access, authorise, invalid
from indexer.embedded.engine import Engine
from indexer.embedded.errors import ApiError
from indexer.embedded.json_text import dump, load

LOG = logging.getLogger("indexer.embedded")
MAX_BYTES = 100 * 1024 * 1024  # as Meilisearch: packed and unpacked alike
MAX_SMALL_BYTES = 10 * 1024 * 1024  # every body but documents
_PART = 1 << 20


@dataclass(frozen=True, slots=True)
class Call:
    """One request with everything a route needs."""

    engine: Engine
    path: Mapping[str, str]
    query: QueryParams
    headers: Mapping[str, str]
    body: bytes
    access: Access

    @property
    def uid(self) -> str:
        return self.path["uid"]

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def json(self) -> Any:
        """The body as JSON; a missing or other content type is refused as Meilisearch does."""
        require_type(self.content_type, ("application/json",))
        if not self.body.strip():
            raise ApiError("missing_payload", "A json payload is missing.")
        return load(self.body)

    def known(self, *names: str) -> None:
        """Refuse query parameters that are not among these."""
        for name in self.query:
            if name not in names:
                listed = ", ".join(f"`{one}`" for one in names)
                raise ApiError(
                    "bad_request", f"Unknown parameter `{name}`: expected one of {listed}"
                )

    def number(self, name: str, default: int, code: str) -> int:
        value = self.query.get(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and len(value) <= 15):
            raise ApiError(
                code,
                f"Invalid value in parameter `{name}`: could not parse `{value[:80]}` as a "
                "positive integer",
            )
        return int(value)

    def names(self, name: str) -> list[str] | None:
        value = self.query.get(name)
        return None if value is None else [one.strip() for one in value.split(",") if one.strip()]


@dataclass(frozen=True, slots=True)
class Answer:
    """A body that is not a plain 200."""

    body: Any
    status: int = 200


Handler = Callable[[Call], Any]


def endpoint(
    handler: Handler, action: str | None, *, limit: int = MAX_SMALL_BYTES
) -> Callable[[Request], Any]:
    """Make a Starlette endpoint of a route. action: what the key must allow; None is open."""

    async def run(request: Request) -> Response:
        try:
            body = await _read(request, limit)
            return await run_in_threadpool(_answer, handler, action, request, body, limit)
        except ApiError as error:
            return json_response(error.as_json(), error.status)
        except ClientDisconnect:
            return Response(status_code=400)

    return run


def _answer(
    handler: Handler, action: str | None, request: Request, body: bytes, limit: int
) -> Response:
    engine: Engine = request.app.state.engine
    try:
        access = Access(everything=True)
        if action is not None:
            access = authorise(engine, request.headers.get("authorization"), action)
        uid = request.path_params.get("uid")
        if uid is not None and not access.allows(uid):
            raise invalid()
        body = unpack(body, request.headers.get("content-encoding", ""), limit)
        call = Call(
            engine, request.path_params, request.query_params, request.headers, body, access
        )
        found = handler(call)
    except ApiError as error:
        return json_response(error.as_json(), error.status)
    except Exception:
        LOG.exception("%s %s failed", request.method, request.url.path)
        broken = ApiError("internal", "An internal error has occurred; the engine's log says more.")
        return json_response(broken.as_json(), broken.status)
    if isinstance(found, Answer):
        if found.body is None:
            return Response(status_code=found.status)
        return json_response(found.body, found.status)
    return json_response(found, 200)


def json_response(body: Any, status: int) -> Response:
    return Response(dump(body), status, media_type="application/json")


def too_large(limit: int) -> ApiError:
    return ApiError(
        "payload_too_large",
        "The provided payload reached the size limit. The maximum accepted payload size is "
        f"{limit // (1024 * 1024)} MiB.",
    )


async def _read(request: Request, limit: int) -> bytes:
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
    return b"".join(parts)


def unpack(body: bytes, encoding: str, limit: int = MAX_BYTES) -> bytes:
    """Undo gzip, deflate or br; a bomb stops at the limit. Raises: ApiError."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity") or not body:
        return body
    try:
        if encoding == "gzip":
            return _inflate(body, zlib.decompressobj(wbits=31), limit)
        if encoding == "deflate":
            zlib_header = (
                len(body) > 1 and body[0] & 0x0F == 8 and (body[0] * 256 + body[1]) % 31 == 0
            )
            return _inflate(body, zlib.decompressobj(wbits=15 if zlib_header else -15), limit)
        if encoding == "br":
            return _brotli(body, limit)
    except (zlib.error, brotli.error):
        raise ApiError("malformed_payload", f"The body is not valid `{encoding}`.") from None
    raise ApiError(
        "invalid_content_type",
        f"The Content-Encoding `{encoding[:40]}` is not supported: use gzip, deflate or br.",
    )


def _inflate(body: bytes, inflater: Any, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    rest = body
    while rest and not inflater.eof:
        part = inflater.decompress(rest, _PART)
        size += len(part)
        if size > limit:
            raise too_large(limit)
        parts.append(part)
        rest = inflater.unconsumed_tail
        if not part and not rest:
            break
    if not inflater.eof:
        parts.append(inflater.flush())
        if not inflater.eof:
            raise zlib.error("cut short")
    return b"".join(parts)


def _brotli(body: bytes, limit: int) -> bytes:
    inflater = brotli.Decompressor()
    parts = [inflater.process(body, output_buffer_limit=_PART)]
    size = len(parts[0])
    while not inflater.is_finished():
        if inflater.can_accept_more_data():
            raise brotli.error("cut short")
        parts.append(inflater.process(b"", output_buffer_limit=_PART))
        size += len(parts[-1])
        if size > limit:
            raise too_large(limit)
    return b"".join(parts)


def require_type(found: str, accepted: tuple[str, ...]) -> None:
    if found in accepted:
        return
    listed = ", ".join(f"`{one}`" for one in accepted)
    if not found:
        raise ApiError(
            "missing_content_type",
            f"A Content-Type header is missing. Accepted values for the Content-Type header are: "
            f"{listed}",
        )
    raise ApiError(
        "invalid_content_type",
        f"The Content-Type `{found[:80]}` is invalid. Accepted values for the Content-Type header "
        f"are: {listed}",
    )
