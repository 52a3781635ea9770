"""How long a client may take, and how many there may be: what uvicorn leaves open for ever.

Half a request, a body that trickles and an answer nobody takes away hold a connection, and in the
end all that the system gives to a process. An honest client on a slow line goes on.
"""

import asyncio
import logging
import resource
from dataclasses import dataclass
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LOG = logging.getLogger("indexer.listening")
TELL_EVERY_S = 60.0
MOST_CONNECTIONS = 500


def connections_allowed() -> int:
    """Half of the files that this process may have open, 500 at most."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if soft < 0 else max(8, min(MOST_CONNECTIONS, soft // 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """What is waited for.

    head_s: seconds for a request's head, from the connection or the answer before; head_bytes: its
    size. still_s: seconds in which a body brings, or an answer loses, least_bytes. idle_s: seconds
    that a connection stays open between requests. connections: at once; beyond, those that have
    waited longest without a request of theirs at work are closed.
    """

    head_s: float = 10.0
    head_bytes: int = 65_536
    still_s: float = 30.0
    least_bytes: int = 4_096
    idle_s: int = 5
    connections: int = MOST_CONNECTIONS


def limited(patience: Patience) -> type[asyncio.Protocol]:
    """uvicorn's protocol for the connections of one server."""

    class _Connection(_LimitedConnection):
        gate = _Gate(patience)

    return _Connection


class _Gate:
    """What the connections of one server share."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self.most = min(patience.connections, connections_allowed())
        self._closed = 0
        self._told_s = -TELL_EVERY_S

    def closed(self, why: str, now_s: float) -> None:
        """Say now and then how many were closed early, and why the last was."""
        self._closed += 1
        if now_s - self._told_s >= TELL_EVERY_S:
            LOG.warning("%d connections closed by the server; the last: %s", self._closed, why)
            self._told_s, self._closed = now_s, 0


class _LimitedConnection(HttpToolsProtocol):
    """One connection. It looks at itself several times within each deadline."""

    gate: _Gate

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_bytes = 0
        self._in_head, self._in_body = True, False
        self._waiting_since_s = self._counted_since_s = self.loop.time()
        self._received = 0  # bytes of body since `_counted_since_s`
        self._unsent = 0  # bytes of answer then
        self._timer: asyncio.TimerHandle | None = None
        if len(self.connections) > self.gate.most and not self._make_room():
            self._refuse("503 Service Unavailable", f"all {self.gate.most} connections are in use")
            return
        self._look_again()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._received += len(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > self.gate.patience.head_bytes and not self._at_work():
                self._refuse("431 Request Header Fields Too Large", "a head without end")
        elif not self._in_body and not self._at_work() and self.timeout_keep_alive_task is None:
            self._await_head()  # nothing but line ends came

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._in_head:
            self._await_head()

    def on_headers_complete(self) -> None:
        self._in_head, self._in_body = False, True
        self._head_bytes = 0
        self._count_anew()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._waiting_since_s = self.loop.time()
        super().on_response_complete()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._count_anew()

    def _await_head(self) -> None:
        self._in_head = True
        self._waiting_since_s = self.loop.time()

    def _at_work(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _make_room(self) -> bool:
        """Close the connection that has waited longest for a request, if any does."""
        waiting = [
            one
            for one in self.connections
            if isinstance(one, _LimitedConnection) and one is not self and not one._at_work()
        ]
        if not waiting:
            return False
        oldest = min(waiting, key=lambda one: one._waiting_since_s)
        self.connections.discard(oldest)
        oldest._drop(f"more than {self.gate.most} at once, and it asked for nothing")
        return True

    def _look_again(self) -> None:
        patience = self.gate.patience
        soon_s = min(patience.head_s, patience.still_s) / 4
        self._timer = self.loop.call_later(soon_s, self._look)

    def _look(self) -> None:
        now_s, patience = self.loop.time(), self.gate.patience
        if self._in_head and not self._at_work() and self._unsent_bytes() == 0:
            if now_s - self._waiting_since_s >= patience.head_s:
                self._refuse("408 Request Timeout", f"no request within {patience.head_s:g} s")
                return
        elif now_s - self._counted_since_s >= patience.still_s:
            if self._stands_still():
                self._drop(f"it stood still for {patience.still_s:g} s")
                return
            self._count_anew()
        self._look_again()

    def _stands_still(self) -> bool:
        """Whether a body does not come, or an answer does not go, and that not for our own sake."""
        least, unsent = self.gate.patience.least_bytes, self._unsent_bytes()
        if unsent and self._unsent and self._unsent - unsent < least:
            return True
        return self._in_body and not self.flow.read_paused and self._received < least

    def _count_anew(self) -> None:
        self._counted_since_s = self.loop.time()
        self._received, self._unsent = 0, self._unsent_bytes()

    def _unsent_bytes(self) -> int:
        return self.transport.get_write_buffer_size()

    def _refuse(self, status: str, why: str) -> None:
        if not self.transport.is_closing():
            head: Any = f"HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            self.transport.write(head.encode())
        self._drop(why)

    def _drop(self, why: str) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.gate.closed(why, self.loop.time())
        if self._unsent_bytes():
            self.transport.abort()  # a client that takes nothing would keep the rest for ever
        else:
            self.transport.close()
