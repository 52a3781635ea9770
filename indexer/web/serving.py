"""Runs the search page's server in a thread of a command, with a key that may only search."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from meilisearch.errors import MeilisearchApiError

from indexer.foundation.config import Config
from indexer.foundation.errors import ConfigError, SearchError
from indexer.listening.patience import Patience
from indexer.listening.running import NotStarted, served
from indexer.listening.sockets import CannotListen, listen, url_of
from indexer.search.search_server import SearchServer, plain_errors
from indexer.vocabulary.sources import KnownSource
from indexer.web.app import create_app
from indexer.web.hub_calls import Hubs, Receiver

KEY_NAME = "techwire search page"
PATIENCE = Patience()


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePlace:
    """Where the page is served. port: 0 takes a free one. patience: with slow readers."""

    host: str
    port: int
    patience: Patience = PATIENCE


@contextmanager
def page_server(
    server: SearchServer,
    config: Config,
    place: PagePlace,
    *,
    coverage: Callable[[], Mapping[str, object]] | None = None,
    sources: Sequence[KnownSource] = (),
    receiver: Receiver | None = None,
) -> Iterator[str]:
    """The page while the block runs; yields its address.

    sources: the registry, for names of sources in addresses. receiver: takes what hubs send.

    Raises: ConfigError when the port is taken.
    """
    app = create_app(
        meili_url=server.url.reveal(),
        search_key=search_only_key(server, config.meili_index),
        index=config.meili_index,
        coverage=coverage,
        sources=lambda: sources,
        allow_hosts=config.allow_hosts,
        names=(place.host, *config.serve_hosts, *_public_name(config)),
        hubs=Hubs(receiver=receiver, own=config.hub, public_url=config.public_url),
    )
    try:
        listener = listen(place.host, place.port)
        with served(app, listener, "page", place.patience):
            yield f"{url_of(listener, place.host)}/"
    except CannotListen as error:
        raise ConfigError(f"{error}: choose another with --port") from error
    except NotStarted as error:
        raise SearchError(str(error)) from error


def _public_name(config: Config) -> list[str]:
    name = urlsplit(config.public_url or "").hostname
    return [name] if name else []


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
