"""Loads what the first page would wait for; meant for a process that workers are forked from."""

from crawler.extraction.metadata import load_language_model
from crawler.extraction.months import month_number


def load() -> None:
    """Language model and month names; up to two seconds the first time, nothing later."""
    load_language_model()
    month_number("not a month", "en")
