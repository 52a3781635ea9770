"""The one question of a first crawl."""

from indexer.foundation.config import Config
from indexer.foundation.terminal import say


def ask_for_contact(config: Config) -> None:
    """Say before the first crawl of a data folder that publishers cannot reach who runs it."""
    if config.contact is None and not config.home.exists():
        say(
            "publishers see no contact in the User-Agent: set TECHWIRE_CONTACT in .env, an address "
            "or a page of yours, so that they can reach you instead of blocking you"
        )
