"""A request as the routes see it, and what becomes of it: an answer, or an error in JSON."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.datastructures import QueryParams

from indexer.embedded.http.access import Permissions
from indexer.embedded.http.unpacking import unpack
from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.json_text import dump, load
from indexer.embedded.index.machine import trouble
from indexer.embedded.index.state import IndexState
from indexer.embedded.tasks.engine import Engine

LOG = logging.getLogger("indexer.embedded")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request said. headers: lower-case names. limit: bytes of its body when unpacked."""

    method: str
    path: str
    parameters: Mapping[str, str]
    query: str
    headers: Mapping[str, str]
    body: bytes
    limit: int


class Indexes(Protocol):
    """Where a search finds the index it names."""

    def get(self, uid: str) -> IndexState: ...


@dataclass(frozen=True, slots=True)
class SearchCall:
    """One request with what a search needs of it."""

    asked: Asked
    access: Permissions
    indexes: Indexes
    body: bytes

    @property
    def uid(self) -> str:
        return self.asked.parameters["uid"]

    @property
    def path(self) -> Mapping[str, str]:
        return self.asked.parameters

    @property
    def query(self) -> QueryParams:
        return QueryParams(self.asked.query)

    @property
    def content_type(self) -> str:
        return self.asked.headers.get("content-type", "").split(";")[0].strip().lower()

    def json(self) -> Any:
        """The body as JSON; a missing or other content type is refused as Meilisearch does."""
        require_type(self.content_type, ("application/json",))
        if not self.body.strip():
            raise ApiError("missing_payload", "A json payload is missing.")
        return load(self.body)

    def known(self, *names: str) -> None:
        """Refuse query parameters that are not among these."""
        for name in self.query:
            if name not in names:
                listed = ", ".join(f"`{one}`" for one in names)
                raise ApiError(
                    "bad_request", f"Unknown parameter `{name}`: expected one of {listed}"
                )

    def number(self, name: str, default: int, code: str) -> int:
        value = self.query.get(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and len(value) <= 15):
            raise ApiError(
                code,
                f"Invalid value in parameter `{name}`: could not parse `{value[:80]}` as a "
                "positive integer",
            )
        return int(value)

    def names(self, name: str) -> list[str] | None:
        value = self.query.get(name)
        return None if value is None else [one.strip() for one in value.split(",") if one.strip()]


@dataclass(frozen=True, slots=True)
class Call(SearchCall):
    """One request with everything a route needs."""

    engine: Engine


@dataclass(frozen=True, slots=True)
class Answer:
    """A body that is not a plain 200."""

    body: Any
    status: int = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back to the client."""

    status: int
    body: bytes


Handler = Callable[[Call], Any]
SearchHandler = Callable[[SearchCall], Any]


def reply_to(asked: Asked, work: Callable[[bytes], Any]) -> Reply:
    """Do the work of a request. work: takes its body, unpacked; gives JSON or an `Answer`."""
    try:
        found = work(unpack(asked.body, asked.headers.get("content-encoding", ""), asked.limit))
    except ApiError as error:
        return refusal(error)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic inside tantivy is no Exception
        lack = trouble(error)
        if lack is not None:
            LOG.warning("%s %s failed: %s", asked.method, asked.path, lack.words)
            return refusal(ApiError(lack.code, f"Not now: {lack.words}."))
        LOG.exception("%s %s failed", asked.method, asked.path)
        return refusal(BROKEN)
    if not isinstance(found, Answer):
        return Reply(200, dump(found))
    return Reply(found.status, b"" if found.body is None else dump(found.body))


def refusal(error: ApiError) -> Reply:
    return Reply(error.status, dump(error.as_json()))


BROKEN = ApiError("internal", "An internal error has occurred; the engine's log says more.")


def require_type(found: str, accepted: tuple[str, ...]) -> None:
    if found in accepted:
        return
    listed = ", ".join(f"`{one}`" for one in accepted)
    if not found:
        raise ApiError(
            "missing_content_type",
            f"A Content-Type header is missing. Accepted values for the Content-Type header are: "
            f"{listed}",
        )
    raise ApiError(
        "invalid_content_type",
        f"The Content-Type `{found[:80]}` is invalid. Accepted values for the Content-Type header "
        f"are: {listed}",
    )
