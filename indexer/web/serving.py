"""Runs the search page's server in a thread of a command, with a key that may only search."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import uvicorn
from meilisearch.errors import MeilisearchApiError

from indexer.foundation.errors import SearchError
from indexer.foundation.listening import listen
from indexer.search.search_server import SearchServer, plain_errors
from indexer.vocabulary.sources import KnownSource
from indexer.web.app import create_app

KEY_NAME = "techwire search page"
START_S = 10.0


@contextmanager
def page_server(
    server: SearchServer,
    index: str,
    *,
    host: str,
    port: int,
    coverage: Callable[[], Mapping[str, object]] | None = None,
    sources: Sequence[KnownSource] = (),
    allow_hosts: Iterable[str] = (),
) -> Iterator[str]:
    """The page on host:port (0: a free one) while the block runs; yields its address.

    sources: the registry, for names of sources in addresses.
    allow_hosts: private hosts whose pictures the page may show, as in the crawl's settings.

    Raises: ConfigError when the port is taken.
    """
    app = create_app(
        meili_url=server.url.reveal(),
        search_key=search_only_key(server, index),
        index=index,
        coverage=coverage,
        sources=lambda: sources,
        allow_hosts=allow_hosts,
    )
    listener = listen(host, port, otherwise="choose another with --port")
    # no signal handlers: signals are the command's to handle
    settings = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="auto")
    page = uvicorn.Server(settings)
    page.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    thread = threading.Thread(target=page.run, args=([listener],), daemon=True, name="page")
    thread.start()
    try:
        deadline = threading.Event()
        waited = 0.0
        while not page.started and thread.is_alive() and waited < START_S:
            deadline.wait(0.02)
            waited += 0.02
        if not page.started:
            raise SearchError("the page's server did not start")
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{listener.getsockname()[1]}/"
    finally:
        page.should_exit = True
        thread.join(timeout=5)
        listener.close()


def search_only_key(server: SearchServer, index: str) -> str | None:
    """A key that may search this index and nothing else, made once and found again.

    Without a key the server asks for none. With a key that may not make keys, that key serves: it
    stays in the page's server, which passes nothing but searches.
    """
    if server.key is None:
        return None
    client = server.client()
    with plain_errors(server.url):
        try:
            for key in client.get_keys({"limit": 1000}).results:
                if key.name == KEY_NAME and key.indexes == [index]:
                    return key.key
            made = client.create_key(
                {"name": KEY_NAME, "actions": ["search"], "indexes": [index], "expiresAt": None}
            )
        except MeilisearchApiError as error:
            if error.status_code in (401, 403):
                return server.key
            raise
    return made.key
