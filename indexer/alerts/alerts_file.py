"""`alerts.toml` in the data folder: alerts kept in a file instead of the database.

One table an alert, named by it: `[chips]`, then `topic = ["Semiconductors"]`, `feed = true`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from indexer.alerts.alert import Alert, read_alert
from indexer.foundation.errors import ConfigError

FILE_NAME = "alerts.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenAlerts:
    """What the file holds. faults: name of a table that is no alert -> why, in one line."""

    alerts: tuple[Alert, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        return name in self.faults or any(alert.name == name for alert in self.alerts)


def read_file(home: Path) -> WrittenAlerts:
    """The file's alerts; none when there is no file.

    Raises: ConfigError in one line when the file as a whole cannot be read.
    """
    path = home / FILE_NAME
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return WrittenAlerts()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({error}): correct it") from error
    alerts: list[Alert] = []
    faults: dict[str, str] = {}
    for name, table in tables.items():
        if not isinstance(table, dict):
            faults[name] = f"{path} has {name!r} outside of a table: write [NAME] above it"
            continue
        try:
            alerts.append(read_alert(name, table))
        except ConfigError as error:
            faults[name] = f"{path}: {error}"
    return WrittenAlerts(alerts=tuple(alerts), faults=faults)
