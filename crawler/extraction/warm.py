"""Loads what the first page would wait for; meant for a process that workers are forked from."""

from crawler.extraction.months import month_number


def load() -> None:
    """Names of months."""
    month_number("not a month", "en")
