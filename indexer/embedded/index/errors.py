"""The engine's errors: one class that carries Meilisearch's code, and the codes' HTTP statuses.

Nothing else in the engine decides about a status. An unknown code is a 400, as in Meilisearch.
"""

from typing import Any

DOCS = "https://docs.meilisearch.com/errors#"

_STATUS = {
    "api_key_already_exists": 409,
    "api_key_not_found": 404,
    "batch_not_found": 404,
    "document_not_found": 404,
    "index_already_exists": 409,
    "index_not_found": 404,
    "index_rebuilding": 503,
    "internal": 500,
    "invalid_api_key": 403,
    "invalid_content_type": 415,
    "missing_authorization_header": 401,
    "missing_content_type": 415,
    "missing_master_key": 401,
    "method_not_allowed": 405,
    "no_space_left_on_device": 422,
    "not_found": 404,
    "payload_too_large": 413,
    "task_not_found": 404,
    "too_many_search_requests": 503,
    "unsupported_media_type": 415,
    "webhook_not_found": 404,
}
_AUTH = {
    "invalid_api_key",
    "missing_authorization_header",
    "missing_master_key",
}
_SYSTEM = {"index_rebuilding", "no_space_left_on_device", "too_many_search_requests"}


class ApiError(Exception):
    """What a client reads: a message that says what was wrong, and a code it can act on."""

    def __init__(self, code: str, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status or _STATUS.get(code, 400)

    def as_json(self) -> dict[str, Any]:
        return {
            "message": self.message,
            "code": self.code,
            "type": _type_of(self.code),
            "link": DOCS + self.code,
        }


class CannotStart(Exception):
    """The engine cannot work on its data folder now; the message says why and what to do."""


class FolderInUse(CannotStart):
    """Another server already works on this data folder."""


class StoreTooNew(CannotStart):
    """The data folder was written by a newer version of the engine."""


class StoreUnreadable(CannotStart):
    """The store is damaged."""


def _type_of(code: str) -> str:
    if code in _AUTH:
        return "auth"
    if code in _SYSTEM:
        return "system"
    return "internal" if code == "internal" else "invalid_request"


def index_not_found(uid: str) -> ApiError:
    return ApiError("index_not_found", f"Index `{uid}` not found.")


def document_not_found(document_id: object) -> ApiError:
    return ApiError("document_not_found", f"Document `{document_id}` not found.")
