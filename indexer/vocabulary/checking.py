"""Whether the user's own vocabulary fits the bundled one, and what it adds."""

from pathlib import Path

from indexer.vocabulary.companies import companies
from indexer.vocabulary.learnt import FILE, learnt_companies
from indexer.vocabulary.own import USER_FILE, file_in_use, folder_in_use, own_vocabulary
from indexer.vocabulary.taxonomy import taxonomy


def checked_file() -> Path | None:
    """The file in use, if there is one. Raises: ConfigError, one line a fault."""
    file = file_in_use()
    if file is not None:
        taxonomy()
    companies()
    return file


def words_to_hand_on() -> Path | None:
    """The file another process must read to tag as this one; it may be absent where companies were
    learnt. Raises: ConfigError, one line a fault."""
    file, folder = checked_file(), folder_in_use()
    return folder / USER_FILE if folder and not file and learnt_companies() else file


def words_of_it() -> str:
    """What the user's file adds, in one line; "" where there is none. Raises: ConfigError."""
    file = checked_file()
    taught = len(learnt_companies())
    words = [f"companies learnt {taught}, from {folder_in_use()}/{FILE}"] if taught else []
    if file is not None:
        added = own_vocabulary()
        counts = (
            f"topics {len(added.topics)}",
            f"places {len(added.places)}",
            f"companies {len(added.companies)}",
        )
        words.insert(0, f"{', '.join(counts)}, from {file}")
    return "; ".join(words)
