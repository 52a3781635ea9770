"""A reader process: it answers searches that arrive on a line, until nobody is at the other end.

It opens the folders that the server's process writes, and never writes itself.
"""

import logging
import pickle
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path

from indexer.embedded.http.calls import Reply, SearchCall, reply_to
from indexer.embedded.index import state
from indexer.embedded.index.errors import ApiError, index_not_found
from indexer.embedded.index.machine import one_line
from indexer.embedded.index.memory import collect_rarely, share_arenas
from indexer.embedded.index.state import IndexState
from indexer.embedded.index.store import Store
from indexer.embedded.tasks.engine import News

LOG = logging.getLogger("indexer.embedded")
HEAD = struct.Struct("!I")  # bytes of a message
TAIL = struct.Struct("!HI")  # status and bytes of an answer
REST_S = 1.0  # without a message for so long, read ahead
TRIES = 5  # an index can move to another folder while it is being opened


def serve(line: socket.socket, others: Iterable[socket.socket], folder: Path) -> None:
    """Answer until the line ends. others: ends of lines that are not this process's."""
    for other in others:
        other.close()
    for number in (signal.SIGINT, signal.SIGTERM):  # meant for the server, which hangs up
        signal.signal(number, signal.SIG_IGN)
    with closing(OpenIndexes(folder)) as indexes:
        _answer_all(line, indexes)


def _answer_all(line: socket.socket, indexes: "OpenIndexes") -> None:
    def called(within_s: float = 0.0) -> bool:
        return bool(select.select([line], [], [], within_s)[0])

    with suppress(ConnectionError):  # the server was killed
        while True:
            if not called(REST_S):
                indexes.warm(called)
            head = line.recv(HEAD.size, socket.MSG_WAITALL)
            if len(head) < HEAD.size:
                return
            (size,) = HEAD.unpack(head)
            message = line.recv(size, socket.MSG_WAITALL)
            if len(message) < size:
                return
            reply = _answer(indexes, message)
            line.sendall(TAIL.pack(reply.status, len(reply.body)) + reply.body)


def _answer(indexes: "OpenIndexes", message: bytes) -> Reply:
    news, search = pickle.loads(message)
    if news is not None:
        indexes.learn(news)
    if search is None:
        indexes.open_all()
        return Reply(200, b"")
    handler, asked, access = search
    return reply_to(asked, lambda body: handler(SearchCall(asked, access, indexes, body)))


class OpenIndexes:
    """The indexes of a folder as the server has published them, opened when asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store: Store | None = None
        self._news = News({}, {})
        self._open: dict[str, tuple[int, IndexState]] = {}

    def learn(self, news: News) -> None:
        """Let go of what has another version now."""
        self._news = news
        for uid, (version, _) in list(self._open.items()):
            if news.versions.get(uid) != version:
                del self._open[uid]

    def get(self, uid: str) -> IndexState:
        """The index of this name. Raises: ApiError, also while it cannot be searched."""
        self._news.check(uid)
        found = self._open.get(uid)
        if found is None:
            if uid not in self._news.versions:
                raise index_not_found(uid)
            found = self._news.versions[uid], self._load(uid)
            self._open[uid] = found
        return found[1]

    def close(self) -> None:
        if self._store is not None:
            self._store.close()

    def open_all(self) -> None:
        """Open what is not open yet, before a search asks for it."""
        for uid in self._news.versions:
            try:
                self.get(uid)
            except ApiError:  # deleted meanwhile, or being rebuilt
                continue
            except BaseException as error:  # noqa: BLE001 -- a panic inside tantivy is no Exception
                LOG.warning("index %s cannot be opened now: %s", uid, one_line(error))

    def warm(self, stop: Callable[[], bool]) -> None:
        """Read ahead. What goes wrong is told to the search that needs it."""
        for uid, (_, opened) in self._open.items():
            try:
                opened.warm(stop)
            except BaseException as error:  # noqa: BLE001 -- a panic inside tantivy is no Exception
                LOG.warning("index %s cannot be read ahead: %s", uid, one_line(error))

    def _load(self, uid: str) -> IndexState:
        if self._store is None:
            self._store = Store(self._folder / "engine.db", read_only=True)
        for left in reversed(range(TRIES)):
            row = (
                self._store.connection()
                .execute("SELECT * FROM indexes WHERE uid=?", (uid,))
                .fetchone()
            )
            if row is None:
                break
            try:
                return state.load(self._store, self._folder / "indexes", row, read_only=True)
            except (OSError, ValueError):
                if not left:
                    raise
        raise index_not_found(uid)


def main() -> None:
    """A reader that another takes the place of: `... reader_process NUMBER_OF_THE_LINE FOLDER`."""
    from indexer.embedded.http import routes_search  # noqa: F401 -- what searches will ask for

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    share_arenas()
    collect_rarely()
    serve(socket.socket(fileno=int(sys.argv[1])), (), Path(sys.argv[2]))


if __name__ == "__main__":
    main()
