"""The socket that a server listens on, and its address as people write it."""

import socket


class CannotListen(Exception):
    """The address is taken, not of this machine, or not allowed."""


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to host:port; 0 takes a free port. Raises: CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named: 40 ms an answer
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, UnicodeError) as error:
        listener.close()
        words = getattr(error, "strerror", None) or "no such address"
        raise CannotListen(f"cannot listen on {host} port {port} ({words})") from error
    return listener


def url_of(listener: socket.socket, host: str | None = None) -> str:
    """Where a socket is reached. host: as it was asked for; None: as it was bound."""
    bound, port = listener.getsockname()[:2]
    name = host or str(bound)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
