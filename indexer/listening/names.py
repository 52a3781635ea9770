"""By which names a server is called, and from whose pages: everything else is refused.

A page of a stranger's whose name leads to 127.0.0.1 ("DNS rebinding") has a browser call us by that
name, and would read what only this machine should. Addresses cannot be made to lead elsewhere: the
one that a connection came to is always ours.
"""

import logging
import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOG = logging.getLogger("indexer.listening")
MOST_TOLD = 50  # names in the log: whoever calls us by ever new ones does not fill it
MOST_SHOWN = 100  # characters of a name
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.-]+))(?::\d{0,5})?")


class OwnNames:
    """Passes on what was meant for this server.

    names: hosts that it is called by, beside loopback's and the address a connection came to.
    advice: what to do to have another name answered. open_paths: answered by any name, for probes.
    any_origin: pages of others may ask too, as where a key decides.
    """

    def __init__(
        self,
        app: ASGIApp,
        names: Iterable[str],
        advice: str,
        *,
        open_paths: Iterable[str] = (),
        any_origin: bool = False,
    ) -> None:
        self._app = app
        self._names = {name.strip("[]").rstrip(".").lower() for name in names}
        self._advice = advice
        self._open_paths = frozenset(open_paths)
        self._any_origin = any_origin
        self._told: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._open_paths:
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        host = hosts[0] if len(hosts) == 1 else ""
        if not self._is_ours(host, scope):
            words = f"this server is not called {host[:MOST_SHOWN]!r}: {self._advice}"
            self._tell(_HOST.sub(r"\1\2", host), words)
            return _refused(421, "misdirected_request", words)
        origin = headers.get("origin")
        if origin is None or self._any_origin:
            return None
        if not self._is_ours(_host_of(origin), scope):
            words = f"no requests from pages of {origin[:MOST_SHOWN]!r}: {self._advice}"
            self._tell(origin, words)
            return _refused(403, "foreign_origin", words)
        return None

    def _is_ours(self, host: str, scope: Scope) -> bool:
        read = _HOST.fullmatch(host)
        if read is None:
            return False
        name = (read[1] or read[2]).rstrip(".").lower()
        if name in self._names or name == "localhost" or name.endswith(".localhost"):
            return True
        address = _address(name)
        own = (scope.get("server") or ("", 0))[0]
        return address is not None and (address.is_loopback or address == _address(own))

    def _tell(self, name: str, words: str) -> None:
        if name in self._told or len(self._told) >= MOST_TOLD:
            return
        self._told.add(name)
        last = "; further names are refused without a word" if len(self._told) == MOST_TOLD else ""
        LOG.warning("%s%s", words, last)


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _refused(status: int, code: str, words: str) -> JSONResponse:
    """In the form of Meilisearch's errors, whose client shows the message."""
    error = {"message": words, "code": code, "type": "invalid_request", "link": ""}
    return JSONResponse(error, status, headers={"Cache-Control": "no-store"})
