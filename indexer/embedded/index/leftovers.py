"""What a killed or broken writer leaves in a tantivy folder, and its removal.

tantivy creates its files anew and fails where one is there already; operations done again after
a crash get the numbers, and so the file names, of those that were lost. It looks for leftovers
itself only after its first commit.
"""

import fcntl
import json
from pathlib import Path

_OWN = {"meta.json", ".managed.json", ".tantivy-meta.lock", ".tantivy-writer.lock"}


def remove_leftovers(folder: Path) -> list[str]:
    """Remove the files that meta.json does not name; to be called while no writer is open.

    Readers hold tantivy's own lock from reading meta.json until the files it names are open, and
    keep what they have open when it is removed. Returns: the names. Raises: OSError, ValueError.
    """
    with (folder / ".tantivy-meta.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = _deletions_of_segments(folder / "meta.json")
        removed = []
        for path in folder.iterdir():
            if path.name not in _OWN and not _is_named(path, kept) and path.is_file():
                path.unlink()
                removed.append(path.name)
    return removed


def _deletions_of_segments(meta: Path) -> dict[str, str]:
    """Segment → the one file of deletions that belongs to it, or nothing. Raises: ValueError."""
    try:
        segments = json.loads(meta.read_text())["segments"]
        found = {}
        for segment in segments:
            name = segment["segment_id"].replace("-", "")
            deletes = segment["deletes"]
            found[name] = f"{name}.{deletes['opstamp']}.del" if deletes else ""
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{meta} is not as tantivy writes it: {error!r}") from error
    return found


def _is_named(path: Path, kept: dict[str, str]) -> bool:
    deletions = kept.get(path.name.partition(".")[0])
    return deletions is not None and (path.suffix != ".del" or path.name == deletions)
