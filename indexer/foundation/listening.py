"""A listening socket of our own servers: the search page's, and that of the probes.

The embedded engine has its own (`indexer.embedded.__main__`): it imports nothing of ours, so that
it can be run, and replaced, by itself.
"""

import socket

from indexer.foundation.errors import ConfigError


def listen(host: str, port: int, *, otherwise: str) -> socket.socket:
    """A socket bound to host:port; 0 takes a free port.

    Raises: ConfigError that ends in `otherwise`, what to do when the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named: 40 ms an answer
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"cannot listen on {host} port {port} ({error.strerror}): {otherwise}"
        ) from error
    return listener
