"""Changes to the documents of one index: a batch of tasks is gathered here, then written once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.embedded import payloads
from indexer.embedded.errors import ApiError
from indexer.embedded.state import State


@dataclass(slots=True)
class Change:
    """One document before and after; None where it does not exist."""

    n: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Changes:
    """What a batch of document tasks does to one index, before it is written."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.primary_key = state.primary_key
        self.by_id: dict[str, Change] = {}
        self._next = state.documents.next_n()

    def put(
        self,
        documents: Sequence[dict[str, Any]],
        *,
        merge: bool,
        primary_key: str | None,
        skip_creation: bool,
    ) -> None:
        """One task's documents: all of them, or none when one is wrong. Raises: ApiError."""
        if not documents:
            return
        key = self._primary_key(documents[0], primary_key)
        ids = [payloads.document_id(document, key) for document in documents]
        self.primary_key = key
        self._load(ids)
        for document_id, document in zip(ids, documents, strict=True):
            change = self.by_id.get(document_id)
            old = change.after if change else None
            if old is None and skip_creation:
                continue
            if change is None:
                change = self.by_id[document_id] = Change(self._next, None, None)
                self._next += 1
            change.after = {**old, **document} if merge and old else document

    def delete(self, ids: Sequence[str]) -> int:
        self._load(ids)
        gone = 0
        for document_id in ids:
            change = self.by_id.get(document_id)
            if change is not None and change.after is not None:
                change.after = None
                gone += 1
        return gone

    def _primary_key(self, first: Mapping[str, Any], wanted: str | None) -> str:
        if self.primary_key is not None:
            if wanted is not None and wanted != self.primary_key:
                raise ApiError(
                    "index_primary_key_already_exists",
                    f"Index `{self.state.uid}`: Index already has a primary key: "
                    f"`{self.primary_key}`.",
                )
            return self.primary_key
        return wanted or payloads.infer_primary_key(first, self.state.uid)

    def _load(self, ids: Sequence[str]) -> None:
        unknown = [one for one in dict.fromkeys(ids) if one not in self.by_id]
        numbers = self.state.documents.numbers(unknown)
        bodies = self.state.documents.bodies(list(numbers.values()))
        for document_id, n in numbers.items():
            body = bodies.get(n)
            self.by_id[document_id] = Change(n, body, body)

    @property
    def real(self) -> dict[str, Change]:
        """The changes that change something."""
        return {key: one for key, one in self.by_id.items() if one.before is not one.after}


def count_fields(fields: Mapping[str, int], changes: Iterable[Change]) -> dict[str, int]:
    """How many documents have each attribute, after the changes."""
    counts = dict(fields)
    for change in changes:
        for name in change.before or ():
            counts[name] = counts.get(name, 0) - 1
        for name in change.after or ():
            counts[name] = counts.get(name, 0) + 1
    return {name: count for name, count in counts.items() if count > 0}
