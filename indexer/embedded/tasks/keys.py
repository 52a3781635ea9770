"""API keys: kept in the store, derived from the master key, checked when made or changed."""

import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

from indexer.embedded.index import clock
from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.store import Store

ACTIONS = (
    "*", "search", "documents.*", "documents.add", "documents.get", "documents.delete",
    "indexes.*", "indexes.create", "indexes.get", "indexes.update", "indexes.delete",
    "indexes.swap", "indexes.compact", "tasks.*", "tasks.cancel", "tasks.delete", "tasks.get",
    "tasks.compact", "settings.*", "settings.get", "settings.update", "stats.*", "stats.get",
    "metrics.*", "metrics.get", "dumps.*", "dumps.create", "snapshots.*", "snapshots.create",
    "version", "keys.create", "keys.get", "keys.update", "keys.delete", "experimental.get",
    "experimental.update", "export", "network.get", "network.update", "chatCompletions", "chats.*",
    "chats.get", "chats.delete", "chatsSettings.*", "chatsSettings.get", "chatsSettings.update",
    "*.get", "webhooks.get", "webhooks.update", "webhooks.delete", "webhooks.create", "webhooks.*",
    "fields.post", "dynamicSearchRules.*", "dynamicSearchRules.get", "dynamicSearchRules.update",
    "dynamicSearchRules.create", "dynamicSearchRules.delete",
)  # fmt: skip
_PATTERN = re.compile(r"^(?:\*|[A-Za-z0-9_-]{1,512}\*?)$")
_IMMUTABLE = {
    "uid": "immutable_api_key_uid",
    "key": "immutable_api_key_key",
    "actions": "immutable_api_key_actions",
    "indexes": "immutable_api_key_indexes",
    "expiresAt": "immutable_api_key_expires_at",
    "createdAt": "immutable_api_key_created_at",
    "updatedAt": "immutable_api_key_updated_at",
}
_DEFAULTS = (
    ("Default Search API Key", "Use it to search from the frontend", ["search"]),
    (
        "Default Admin API Key",
        "Use it for anything that is not a search operation. Caution! Do not expose it on a "
        "public frontend",
        ["*"],
    ),
    (
        "Default Read-Only Admin API Key",
        "Use it to read information across the whole database. Caution! Do not expose this key "
        "on a public frontend",
        ["*.get", "keys.get"],
    ),
)


class Keys:
    """The keys of one data folder. Without a master key there are none to use."""

    def __init__(self, store: Store, master_key: str | None) -> None:
        self._store = store
        self._master_key = master_key
        self._known: dict[str, dict[str, Any]] | None = None
        if master_key is not None and store.meta("default_keys") is None:
            for name, description, actions in _DEFAULTS:
                self._save(_new(str(uuid.uuid4()), name, description, actions, ["*"], None))
            store.set_meta("default_keys", "made")

    def secret(self, uid: str) -> str:
        """The key itself: HMAC-SHA256 of its uid under the master key, in hex."""
        master = (self._master_key or "").encode()
        return hmac.new(master, uid.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def by_secret(self, secret: str) -> dict[str, Any] | None:
        """The key with this secret. Looked up by its HMAC, so time tells nothing of the secret."""
        if self._known is None:
            self._known = {self._digest(str(key["key"])): key for key in self.all()}
        return self._known.get(self._digest(secret))

    def _digest(self, secret: str) -> str:
        return self.secret(secret)

    def all(self) -> list[dict[str, Any]]:
        rows = self._store.connection().execute("SELECT body FROM keys ORDER BY created_at DESC")
        return [self._shown(json.loads(row["body"])) for row in rows.fetchall()]

    def find(self, uid_or_key: str) -> dict[str, Any] | None:
        found = self.by_secret(uid_or_key)
        if found is not None:
            return found
        wanted = uid_or_key.lower()
        return next((key for key in (self._known or {}).values() if key["uid"] == wanted), None)

    def get(self, uid_or_key: str) -> dict[str, Any]:
        found = self.find(uid_or_key)
        if found is None:
            raise ApiError("api_key_not_found", f"API key `{uid_or_key}` not found.")
        return found

    def create(self, wanted: object) -> dict[str, Any]:
        if not isinstance(wanted, dict):
            raise ApiError("bad_request", "Invalid value type: expected an object.")
        for name, code in (
            ("actions", "missing_api_key_actions"),
            ("indexes", "missing_api_key_indexes"),
            ("expiresAt", "missing_api_key_expires_at"),
        ):
            if name not in wanted:
                raise ApiError(code, f"Missing field `{name}`")
        unknown = set(wanted) - {"uid", "name", "description", "actions", "indexes", "expiresAt"}
        if unknown:
            raise ApiError("bad_request", f"Unknown field `{min(unknown)}`")
        key = _new(
            _uid(wanted.get("uid")),
            _text(wanted.get("name"), "name"),
            _text(wanted.get("description"), "description"),
            _actions(wanted["actions"]),
            _indexes(wanted["indexes"]),
            _expires(wanted["expiresAt"]),
        )
        if self.find(key["uid"]) is not None:
            uid = key["uid"]
            raise ApiError(
                "api_key_already_exists",
                f"`uid` field value `{uid}` is already an existing API key.",
            )
        self._save(key)
        return self._shown(key)

    def update(self, uid_or_key: str, wanted: object) -> dict[str, Any]:
        if not isinstance(wanted, dict):
            raise ApiError("bad_request", "Invalid value type: expected an object.")
        for name in wanted:
            if name in _IMMUTABLE:
                raise ApiError(
                    _IMMUTABLE[name],
                    f"Immutable field `{name}`: expected one of `description`, `name`",
                )
            if name not in ("name", "description"):
                raise ApiError("bad_request", f"Unknown field `{name}`")
        changes = {name: _text(value, name) for name, value in wanted.items()}
        key = {**self.get(uid_or_key), **changes, "updatedAt": clock.now()}
        key.pop("key")
        self._save(key)
        return self._shown(key)

    def delete(self, uid_or_key: str) -> None:
        uid = self.get(uid_or_key)["uid"]
        with self._store.write() as transaction:
            transaction.execute("DELETE FROM keys WHERE uid=?", (uid,))
        self._known = None

    def _save(self, key: Mapping[str, Any]) -> None:
        with self._store.write() as transaction:
            transaction.execute(
                "INSERT OR REPLACE INTO keys VALUES (?, ?, ?)",
                (key["uid"], json.dumps(key), key["createdAt"]),
            )
        self._known = None

    def _shown(self, key: Mapping[str, Any]) -> dict[str, Any]:
        return {"name": key["name"], "description": key["description"],
                "key": self.secret(key["uid"]), **key}  # fmt: skip


def _new(
    uid: str,
    name: str | None,
    description: str | None,
    actions: list[str],
    indexes: list[str],
    expires: str | None,
) -> dict[str, Any]:
    moment = clock.now()
    return {
        "name": name,
        "description": description,
        "uid": uid,
        "actions": actions,
        "indexes": indexes,
        "expiresAt": expires,
        "createdAt": moment,
        "updatedAt": moment,
    }


def _uid(wanted: object) -> str:
    if wanted is None:
        return str(uuid.uuid4())
    try:
        return str(uuid.UUID(wanted)) if isinstance(wanted, str) else _bad_uid(wanted)
    except ValueError:
        return _bad_uid(wanted)


def _bad_uid(wanted: object) -> str:
    raise ApiError("invalid_api_key_uid", f"Invalid value at `.uid`: `{wanted}` is no UUID")


def _text(wanted: object, name: str) -> str | None:
    if wanted is None or isinstance(wanted, str):
        return wanted
    raise ApiError(f"invalid_api_key_{name}", f"Invalid value type at `.{name}`: expected a string")


def _actions(wanted: object) -> list[str]:
    if not isinstance(wanted, list):
        raise ApiError(
            "invalid_api_key_actions", "Invalid value type at `.actions`: expected an array"
        )
    for action in wanted:
        if action not in ACTIONS:
            listed = ", ".join(f"`{one}`" for one in ACTIONS)
            raise ApiError(
                "invalid_api_key_actions",
                f"Unknown value `{action}` at `.actions`: expected one of {listed}",
            )
    return list(wanted)


def _indexes(wanted: object) -> list[str]:
    if not isinstance(wanted, list):
        raise ApiError(
            "invalid_api_key_indexes", "Invalid value type at `.indexes`: expected an array"
        )
    for pattern in wanted:
        if not isinstance(pattern, str) or not _PATTERN.match(pattern):
            raise ApiError(
                "invalid_api_key_indexes",
                f"Invalid value at `.indexes`: `{pattern}` is not a valid index uid pattern. Index "
                "uid patterns can be an integer or a string containing only alphanumeric "
                "characters, hyphens (-), underscores (_), and optionally end with a star (*).",
            )
    return list(wanted)


def _expires(wanted: object) -> str | None:
    if wanted is None:
        return None
    try:
        moment = clock.normal(wanted) if isinstance(wanted, str) else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment <= clock.now():
        raise ApiError(
            "invalid_api_key_expires_at",
            f"`{wanted}` is not a valid date. It should follow the RFC 3339 format to represents "
            "a date or datetime in the future or specified as a null value. e.g. 'YYYY-MM-DD' or "
            "'YYYY-MM-DD HH:MM:SS'.",
        )
    return moment
