"""Log lines: for people on a terminal, structured elsewhere; ours and the libraries' alike.

Ours go to the logger "techwire" by structlog; of the libraries only warnings are worth a line.
"""

import logging
import sys

import structlog
from rich.logging import RichHandler

from indexer.foundation.terminal import Terminal, telling


def set_up_logs(console: Terminal, *, json_lines: bool = False) -> None:
    """Send log lines to stderr, beside the live line of `console` when that is a terminal.

    json_lines: JSON objects instead of key=value, and on a terminal too.
    """
    steps: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    logging.getLogger("techwire").setLevel(logging.INFO)
    handler: logging.Handler
    if console.is_terminal and not json_lines:
        handler = RichHandler(console=console, show_path=False, highlighter=None)
        render: structlog.typing.Processor = structlog.processors.KeyValueRenderer(
            key_order=["event"], drop_missing=True, repr_native_str=False
        )
        hidden: tuple[structlog.typing.Processor, ...] = (_without_time,)
    else:
        handler = logging.StreamHandler(sys.stderr)
        render = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
        hidden = ()
    if json_lines:
        render = structlog.processors.JSONRenderer(ensure_ascii=False)
    tidy = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        _TellingFormatter(foreign_pre_chain=steps, processors=[tidy, *hidden, render])
    )
    handler.addFilter(_worth_a_line)  # on the handler: Scrapy sets the root logger's own level
    logging.getLogger().handlers = [handler]


class _TellingFormatter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return telling(super().format(record))


def _without_time(
    _logger: object, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    event.pop("timestamp", None)
    event.pop("level", None)
    return event


def _worth_a_line(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name == "techwire"
