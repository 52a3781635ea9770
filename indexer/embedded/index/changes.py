"""Changes to the documents of one index: a batch of tasks is gathered here, then written once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.embedded.index import payloads
from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.state import IndexState


@dataclass(slots=True)
class Change:
    """One document before and after; None where it does not exist.

    text: what comes after as JSON, when it was sent so.
    """

    n: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    text: bytes | None = None


class Changes:
    """What a batch of document tasks does to one index, before it is written."""

    def __init__(self, state: IndexState) -> None:
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
        texts: Sequence[bytes] | None = None,
    ) -> None:
        """One task's documents: all of them, or none when one is wrong. Raises: ApiError."""
        if not documents:
            return
        key = self._primary_key(documents[0], primary_key)
        ids = [payloads.document_id(document, key) for document in documents]
        self.primary_key = key
        self._load(ids)
        written: Sequence[bytes | None] = texts or [None] * len(documents)
        for document_id, document, text in zip(ids, documents, written, strict=True):
            change = self.by_id.get(document_id)
            old = change.after if change else None
            if old is None and skip_creation:
                continue
            if change is None:
                change = self.by_id[document_id] = Change(self._next, None, None)
                self._next += 1
            if merge and old:
                change.after, change.text = {**old, **document}, None
            else:
                change.after, change.text = document, text

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
    counts = Counter(fields)
    for change in changes:
        if change.before is not None:
            counts.subtract(change.before.keys())
        if change.after is not None:
            counts.update(change.after.keys())
    return {name: count for name, count in counts.items() if count > 0}
