"""Placeholder until the rules are in."""

from crawler.article import Funding


def find_funding(title: str, body: str, language: str | None) -> Funding | None:
    return None
