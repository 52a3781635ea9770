"""Routes of settings: the whole object, and one route for every setting in it."""

import json
import re
from collections.abc import Callable
from typing import Any

from indexer.embedded.http.calls import Answer, Call
from indexer.embedded.http.routes_indexes import check_uid, enqueue
from indexer.embedded.index import settings

_PATCHED = ("typoTolerance", "faceting", "pagination", "embedders", "chat", "vectorStore")


def kebab(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()


def method(name: str) -> str:
    """Objects are patched, everything else is put."""
    return "PATCH" if name in _PATCHED else "PUT"


def show_all(call: Call) -> Any:
    found = call.engine.get(call.uid).settings
    return {name: value for name, value in found.items() if name not in settings.HIDDEN}


def update_all(call: Call) -> Any:
    update = {} if not call.body.strip() else call.json()
    return _enqueue(call, settings.check(update))


def reset_all(call: Call) -> Any:
    return _enqueue(call, dict.fromkeys(settings.DEFAULTS), reset=True)


def shower(name: str) -> Callable[[Call], Any]:
    def show(call: Call) -> Any:
        return call.engine.get(call.uid).settings.get(name)

    return show


def updater(name: str) -> Callable[[Call], Any]:
    def update(call: Call) -> Any:
        return _enqueue(call, settings.check({name: call.json()}))

    return update


def resetter(name: str) -> Callable[[Call], Any]:
    def reset(call: Call) -> Any:
        return _enqueue(call, {name: None}, reset=True)

    return reset


def _enqueue(call: Call, update: dict[str, Any], *, reset: bool = False) -> Answer:
    details = update if not reset else dict.fromkeys(update)
    return enqueue(
        call,
        "settingsUpdate",
        check_uid(call.uid),
        details,
        payload=json.dumps(update).encode(),
    )
