"""Whether the user's own vocabulary fits the bundled one, and what it adds."""

from pathlib import Path

from indexer.vocabulary.companies import companies
from indexer.vocabulary.own import file_in_use, own_vocabulary
from indexer.vocabulary.taxonomy import taxonomy


def checked_file() -> Path | None:
    """The file in use, if there is one. Raises: ConfigError, one line a fault."""
    file = file_in_use()
    if file is not None:
        taxonomy()
        companies()
    return file


def words_of_it() -> str:
    """What the user's file adds, in one line; "" where there is none. Raises: ConfigError."""
    file = checked_file()
    if file is None:
        return ""
    added = own_vocabulary()
    counts = (
        f"topics {len(added.topics)}",
        f"places {len(added.places)}",
        f"companies {len(added.companies)}",
    )
    return f"{', '.join(counts)}, from {file}"
