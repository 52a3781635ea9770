"""The application: every route of the engine, and what runs as long as it is open."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import anyio
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from indexer.embedded.http import multi_search
from indexer.embedded.http import routes_documents as documents
from indexer.embedded.http import routes_indexes as indexes
from indexer.embedded.http import routes_search as searches
from indexer.embedded.http import routes_settings as settings_routes
from indexer.embedded.http import routes_system as system
from indexer.embedded.http import routes_tasks as tasks
from indexer.embedded.http.calls import BROKEN, Handler, SearchHandler, refusal
from indexer.embedded.http.endpoints import endpoint, response, search_endpoint
from indexer.embedded.http.readers import QUIET_S, Readers
from indexer.embedded.http.unpacking import MAX_BYTES, MAX_SMALL_BYTES
from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.settings import DEFAULTS
from indexer.embedded.tasks.engine import Engine
from indexer.embedded.tasks.worker import Worker
from indexer.listening.names import OwnNames

LOG = logging.getLogger("indexer.embedded")
LOOK_S = 1.0  # between two looks for a reader or worker that ended
THREADS = 16  # requests worked on at once; more wait their turn

_I = "/indexes/{uid}"
_D = "/indexes/{uid}/documents"
_ROUTES: tuple[tuple[str, str, str | None, Handler], ...] = (
    ("GET", "/", "version", system.root),
    ("GET", "/health", None, system.health),
    ("GET", "/version", "version", system.version),
    ("GET", "/stats", "stats.get", indexes.all_stats),
    ("GET", "/indexes", "indexes.get", indexes.list_indexes),
    ("POST", "/indexes", "indexes.create", indexes.create),
    ("GET", _I, "indexes.get", indexes.show),
    ("PATCH", _I, "indexes.update", indexes.update),
    ("DELETE", _I, "indexes.delete", indexes.delete),
    ("GET", f"{_I}/stats", "stats.get", indexes.stats),
    ("POST", f"{_I}/compact", "indexes.compact", indexes.compact),
    ("POST", f"{_I}/fields", "fields.post", indexes.fields),
    ("POST", "/swap-indexes", "indexes.swap", indexes.swap),
    ("GET", _D, "documents.get", documents.list_documents),
    ("POST", _D, "documents.add", documents.replace),
    ("PUT", _D, "documents.add", documents.update),
    ("DELETE", _D, "documents.delete", documents.delete_all),
    ("POST", f"{_D}/fetch", "documents.get", documents.fetch),
    ("POST", f"{_D}/delete", "documents.delete", documents.delete_by_filter),
    ("POST", f"{_D}/delete-batch", "documents.delete", documents.delete_batch),
    ("GET", f"{_D}/{{id}}", "documents.get", documents.get_one),
    ("DELETE", f"{_D}/{{id}}", "documents.delete", documents.delete_one),
    ("GET", f"{_I}/settings", "settings.get", settings_routes.show_all),
    ("PATCH", f"{_I}/settings", "settings.update", settings_routes.update_all),
    ("DELETE", f"{_I}/settings", "settings.update", settings_routes.reset_all),
    ("GET", "/tasks", "tasks.get", tasks.list_tasks),
    ("DELETE", "/tasks", "tasks.delete", tasks.forget),
    ("POST", "/tasks/cancel", "tasks.cancel", tasks.cancel),
    ("GET", "/tasks/{task}", "tasks.get", tasks.show_task),
    ("GET", "/batches", "tasks.get", tasks.list_batches),
    ("GET", "/batches/{batch}", "tasks.get", tasks.show_batch),
    ("GET", "/keys", "keys.get", system.list_keys),
    ("POST", "/keys", "keys.create", system.create_key),
    ("GET", "/keys/{key}", "keys.get", system.show_key),
    ("PATCH", "/keys/{key}", "keys.update", system.update_key),
    ("DELETE", "/keys/{key}", "keys.delete", system.delete_key),
    ("GET", "/experimental-features", "experimental.get", system.features),
    ("PATCH", "/experimental-features", "experimental.update", system.update_features),
    ("POST", "/dumps", "dumps.create", system.dump),
    ("POST", "/snapshots", "snapshots.create", system.snapshot),
    ("GET", "/webhooks", "webhooks.get", system.webhooks),
)


_SEARCHES: tuple[tuple[str, str, SearchHandler], ...] = (
    ("GET", f"{_I}/search", searches.get),
    ("POST", f"{_I}/search", searches.post),
    ("POST", f"{_I}/facet-search", searches.facet_search),
    ("POST", "/multi-search", multi_search.multi),
)


def create_app(
    data_dir: Path, master_key: str | None, readers: Readers, names: Iterable[str] = ()
) -> Starlette:
    """The engine on one data folder. It is open for as long as the app's lifespan.

    names: what it is called, beside loopback's names and addresses.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        with _at_work(Engine(data_dir, master_key)) as (engine, worker):
            app.state.engine, app.state.readers = engine, readers
            await readers.open(engine)
            watches = [
                asyncio.create_task(_again_and_again(readers.tell_news, QUIET_S)),
                asyncio.create_task(_again_and_again(readers.replace_lost, LOOK_S)),
                asyncio.create_task(_again_and_again(worker.keep, LOOK_S)),
            ]
            try:
                yield
            finally:
                for watch in watches:
                    watch.cancel()
                readers.hang_up()

    return Starlette(
        routes=_routes(),
        lifespan=lifespan,
        middleware=_gates(names, with_keys=bool(master_key)),
        exception_handlers={404: _no_route, 405: _no_method, Exception: _broken},
    )


def _gates(names: Iterable[str], *, with_keys: bool) -> list[Middleware]:
    """Who may ask from where. Pages of others may where keys decide what they get, else none."""
    called = Middleware(
        OwnNames, names, "if it should be, start it with --serve-host NAME", any_origin=with_keys
    )
    if not with_keys:
        return [called]
    cors = Middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["*"],
        allow_headers=["*"],
        max_age=86_400,
    )
    return [called, cors]


@contextmanager
def _at_work(engine: Engine) -> Iterator[tuple[Engine, Worker]]:
    """The engine and its worker; closed after the block.

    A worker that is still at its task keeps what it works on: the end of the process closes that.
    """
    worker = Worker(engine)
    worker.start()
    try:
        yield engine, worker
    finally:
        if worker.stop():
            engine.close()


async def _again_and_again(step: Callable[[], Awaitable[None] | None], every_s: float) -> None:
    while True:
        try:
            waited_for = step()
            if waited_for is not None:
                await waited_for
        except Exception:
            LOG.exception("a check of readers or worker failed, and is made again")
        await asyncio.sleep(every_s)


def _routes() -> list[BaseRoute]:
    routes: list[BaseRoute] = []
    for method, path, action, handler in _ROUTES:
        limit = MAX_BYTES if path == _D else MAX_SMALL_BYTES
        routes.append(Route(path, endpoint(handler, action, limit=limit), methods=[method]))
    for method, path, search in _SEARCHES:
        routes.append(Route(path, search_endpoint(search), methods=[method]))
    for name in DEFAULTS:
        path = f"{_I}/settings/{settings_routes.kebab(name)}"
        change = settings_routes.method(name)
        shower = endpoint(settings_routes.shower(name), "settings.get")
        updater = endpoint(settings_routes.updater(name), "settings.update")
        resetter = endpoint(settings_routes.resetter(name), "settings.update")
        routes.append(Route(path, shower, methods=["GET"]))
        routes.append(Route(path, updater, methods=[change]))
        routes.append(Route(path, resetter, methods=["DELETE"]))
    everything = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    for path, (what, instead) in system.OUT_OF_SCOPE.items():
        refusal = endpoint(system.unsupported(what, instead), "version")
        routes.insert(
            0 if "documents" in path else len(routes), Route(path, refusal, methods=everything)
        )
        if "{uid}" not in path:
            routes.append(Route(path + "/{rest:path}", refusal, methods=everything))
    return routes


async def _no_route(request: Request, error: Exception) -> Response:
    message = f"There is no route {request.method} {request.url.path}."
    return response(refusal(ApiError("not_found", message)))


async def _broken(request: Request, error: Exception) -> Response:
    return response(refusal(BROKEN))


async def _no_method(request: Request, error: Exception) -> Response:
    message = f"{request.url.path} does not answer {request.method}."
    return response(refusal(ApiError("method_not_allowed", message)))
