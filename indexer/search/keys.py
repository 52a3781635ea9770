"""Keys for pages and partners: search-only ones, and tenant tokens that see a part of the index."""

from dataclasses import dataclass
from datetime import datetime

from indexer.search.query import Meanings, Query, conditions_of
from indexer.search.search_server import SearchServer, plain_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyInfo:
    """A key as its list shows it. expires: ISO 8601, or None for never."""

    name: str
    key: str
    actions: tuple[str, ...]
    indexes: tuple[str, ...]
    expires: str | None


def list_keys(server: SearchServer) -> list[KeyInfo]:
    """Every key of the server. Raises: ServerRefused without the master key."""
    with plain_errors(server.url):
        found = server.client().get_keys({"limit": 1000}).results
    return [
        KeyInfo(
            name=key.name or "",
            key=key.key,
            actions=tuple(key.actions),
            indexes=tuple(key.indexes),
            expires=str(key.expires_at) if key.expires_at else None,
        )
        for key in found
    ]


def search_key(
    server: SearchServer, index: str, *, name: str, expires: datetime | None = None
) -> str:
    """A new key that may search one index and nothing else."""
    options = {
        "name": name,
        "actions": ["search"],
        "indexes": [index],
        "expiresAt": None if expires is None else expires.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }
    with plain_errors(server.url):
        return server.client().create_key(options).key


def tenant_token(
    server: SearchServer,
    index: str,
    names: Meanings,
    *,
    expires: datetime | None = None,
) -> str:
    """A token that searches only what these meanings let through.

    It is signed with a search-only key named "techwire tenants", made when absent: deleting that
    key ends every token.
    """
    client = server.client()
    with plain_errors(server.url):
        rules = {"filter": conditions_of(Query(names=names))}
        parent = next(
            (
                key
                for key in client.get_keys({"limit": 1000}).results
                if key.name == "techwire tenants" and key.indexes == [index]
            ),
            None,
        ) or client.create_key(
            {
                "name": "techwire tenants",
                "actions": ["search"],
                "indexes": [index],
                "expiresAt": None,
            }
        )
        token: str = client.generate_tenant_token(
            parent.uid, {index: rules}, api_key=parent.key, expires_at=expires
        )
    return token
