"""Who may do what: master key, API keys, tenant tokens. One answer per request."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt

from indexer.embedded.index import clock
from indexer.embedded.index.errors import ApiError
from indexer.embedded.tasks.engine import Engine

_BEARER = "bearer "
# what they do concerns all indexes: a key for some of them could widen itself, or read of others
_OF_SERVER = ("keys.", "dumps.", "snapshots.", "experimental.", "webhooks.")


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a request may see. indexes: patterns of the key; rules: of a tenant token, or None."""

    indexes: tuple[str, ...] = ("*",)
    rules: Mapping[str, Any] | None = None
    everything: bool = False

    def allows(self, index_uid: str) -> bool:
        if not any(_covers(pattern, index_uid) for pattern in self.indexes):
            return False
        return self.rules is None or self._rule(index_uid) is not None

    @property
    def of_all(self) -> bool:
        """Whether every index, and so what belongs to none, may be seen."""
        return self.everything or "*" in self.indexes

    def filter_for(self, index_uid: str) -> Any:
        """The filter a tenant token puts on every search of this index."""
        rule = None if self.rules is None else self._rule(index_uid)
        return rule.get("filter") if isinstance(rule, dict) else None

    def check(self, index_uid: str) -> None:
        if not self.allows(index_uid):
            raise invalid()

    def _rule(self, index_uid: str) -> Any:
        """The rule that covers an index: its own name before patterns; {} when it is bare."""
        rules = self.rules or {}
        for pattern in sorted(rules, key=lambda one: (one != index_uid, -len(one))):
            if _covers(pattern, index_uid):
                return rules[pattern] if rules[pattern] is not None else {}
        return None


def invalid() -> ApiError:
    return ApiError("invalid_api_key", "The provided API key is invalid.")


def authorise(engine: Engine, header: str | None, action: str) -> Permissions:
    """What the bearer of this header may do. Raises: ApiError 401 or 403."""
    if engine.master_key is None:
        if action.startswith("keys."):
            raise ApiError(
                "missing_master_key",
                "Meilisearch is running without a master key. To access this API endpoint, you "
                "must have set a master key at launch.",
            )
        return Permissions(everything=True)
    if header is None:
        raise ApiError(
            "missing_authorization_header",
            "The Authorization header is missing. It must use the bearer authorization method.",
        )
    if not header.lower().startswith(_BEARER):
        raise invalid()
    token = header[len(_BEARER) :].strip()
    if hmac.compare_digest(token.encode("utf-8", "replace"), engine.master_key.encode()):
        return Permissions(everything=True)
    key = engine.keys.by_secret(token)
    if key is not None:
        access = _key_access(key, action)
        if action.startswith(_OF_SERVER) and not access.of_all:
            raise invalid()
        return access
    return _tenant_access(engine, token, action)


def _key_access(key: Mapping[str, Any], action: str) -> Permissions:
    expires = key["expiresAt"]
    if expires is not None and expires <= clock.now():
        raise invalid()
    if not any(_permits(granted, action) for granted in key["actions"]):
        raise invalid()
    return Permissions(tuple(key["indexes"]))


def _permits(granted: str, action: str) -> bool:
    if action.startswith("keys.") and granted == "*":
        return True
    if granted in ("*", action):
        return True
    if granted == "*.get":
        return action.endswith(".get") and action != "keys.get"
    return granted.endswith(".*") and action.startswith(granted[:-1])


def _tenant_access(engine: Engine, token: str, action: str) -> Permissions:
    """A JSON web token signed with a key: it can only search, within its rules."""
    if action != "search" or token.count(".") != 2 or len(token) > 100_000:
        raise invalid()
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
        uid = claims.get("apiKeyUid")
        key = engine.keys.find(uid) if isinstance(uid, str) else None
        if key is None:
            raise invalid()
        claims = jwt.decode(
            token,
            key["key"],
            algorithms=["HS256", "HS384", "HS512"],
            options={
                "verify_exp": False,  # `exp` may be null, which the library refuses
                "verify_aud": False,
                "verify_iat": False,
                "verify_iss": False,
                "verify_nbf": False,
                "verify_sub": False,
                "verify_jti": False,
            },
        )
        expires = claims.get("exp")
        if expires is not None and float(expires) <= clock.moment().timestamp():
            raise invalid()
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
        raise invalid() from None
    access = _key_access(key, "search")
    return Permissions(access.indexes, _rules(claims.get("searchRules")))


def _rules(found: Any) -> dict[str, Any]:
    if isinstance(found, dict):
        for rule in found.values():
            if rule is not None and not isinstance(rule, dict):
                raise invalid()
        return dict(found)
    if isinstance(found, list):
        return {one: None for one in found if isinstance(one, str)}
    raise invalid()


def _covers(pattern: str, index_uid: str) -> bool:
    if pattern.endswith("*"):
        return index_uid.startswith(pattern[:-1])
    return pattern == index_uid


def visible(uids: Sequence[str], access: Permissions) -> list[str]:
    return [uid for uid in uids if access.allows(uid)]
