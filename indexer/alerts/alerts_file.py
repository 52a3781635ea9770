"""`alerts.toml` in the data folder: alerts kept in a file instead of the database.

One table an alert, named by it: `[chips]`, then `topic = ["Semiconductors"]`, `feed = true`.
"""

import tomllib
from pathlib import Path

from indexer.alerts.alert import Alert, read_alert
from indexer.foundation.errors import ConfigError

FILE_NAME = "alerts.toml"


def read_file(home: Path) -> list[Alert]:
    """The file's alerts; none when there is no file. Raises: ConfigError in one line."""
    path = home / FILE_NAME
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({error}): correct it") from error
    alerts = []
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise ConfigError(f"{path} has {name!r} outside of a table: write [NAME] above it")
        try:
            alerts.append(read_alert(name, table))
        except ConfigError as error:
            raise ConfigError(f"{path}: {error}") from error
    return alerts
