"""A crawl that failed tells so: by a line, and by the webhook that TECHWIRE_FAILURE_WEBHOOK names.

The webhook gets one POST and a few seconds; what becomes of it changes nothing of the crawl's end.
"""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from crawler.errors import CrawlerError
from indexer.alerts.webhook import check_target, deliver
from indexer.foundation.addresses import Address, without_secrets
from indexer.foundation.config import Config
from indexer.foundation.errors import ConfigError, DeliveryError, IndexerError, SearchError
from indexer.foundation.times import now_utc

WITHIN_S = 5.0

Tell = Callable[[str, int], None]  # what went wrong, exit code


@contextmanager
def failures_told(config: Config, command: str) -> Iterator[Tell]:
    """Tell what ends the block, and what is told in it. Raises: ConfigError for a closed webhook.

    Yields: a call for a failure that raises nothing.
    """

    def tell(words: str, code: int) -> None:
        if config.failure_webhook is not None:
            told = without_secrets(words)
            _post(config, config.failure_webhook, command, told, code)

    if config.failure_webhook is not None:
        try:
            check_target(config.failure_webhook, allow=config.allow_hosts)
        except DeliveryError as error:
            raise ConfigError(f"TECHWIRE_FAILURE_WEBHOOK: {error}") from error
    try:
        yield tell
    except SearchError as error:
        tell(str(error), 1)
        raise
    except (CrawlerError, IndexerError) as error:
        tell(str(error), 2)
        raise
    except Exception as error:
        tell(f"{type(error).__name__}: {error}", 1)
        raise


def _post(config: Config, target: Address, command: str, words: str, code: int) -> None:
    host = socket.gethostname()
    content = {
        "text": f"techwire {command} on {host} failed ({code}): {words}",  # chat servers show it
        "command": command,
        "host": host,
        "exit_code": code,
        "error": words,
        "at": int(now_utc().timestamp()),
    }
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    try:
        deliver(target, body, {}, allow=config.allow_hosts, within_s=WITHIN_S)
    except DeliveryError as error:
        structlog.get_logger("techwire").warning("the failure was not told", error=str(error))
