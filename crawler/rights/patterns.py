"""Patterns of paths as robots.txt writes them: a prefix, with `*` for anything and `$` for the end.

tdmrep.json, `Content-Usage` and RSL take them over. Source: RFC 9309, 2.2.2 and 2.2.3.
"""

from urllib.parse import urlsplit


def path_of(url: str) -> str:
    """Path and query of an address."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def fits(pattern: str, path: str) -> bool:
    """Whether a pattern fits a path, in time that grows with their lengths alone."""
    ends = pattern.endswith("$")
    pieces = pattern.removesuffix("$").split("*")
    if not path.startswith(pieces[0]):
        return False
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    if len(pieces) == 1:
        return not ends or path == pieces[0]
    last = pieces[-1]
    return path.endswith(last) and len(path) - len(last) >= at if ends else last in path[at:]
