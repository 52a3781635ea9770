"""Connections to open addresses alone, by the very address that was checked; for httpcore.

`foundation.guard` decides which addresses are open. Checking a name and connecting to it are one
step here, so that no second answer of its name server leads elsewhere.
"""

import asyncio
import socket
from collections.abc import Iterable
from typing import Any

import httpcore

from indexer.foundation.guard import AddressGuard


class PrivateAddress(Exception):
    """A host that lies in a private network and was not opened."""


class OpenNetwork(httpcore.AsyncNetworkBackend):
    """Connects where the guard permits.

    allow: hosts, addresses or networks that are open although private.
    """

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._guard = AddressGuard(allow)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if not self._guard.permits_name(host):
            for address in addresses:
                if not self._guard.permits_address(address):
                    raise PrivateAddress(f"{host} leads to the private address {address}")
        return await self._inner.connect_tcp(
            addresses[0], port, timeout, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)
