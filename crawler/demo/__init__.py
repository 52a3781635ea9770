"""A small web of news sites on loopback: invented publishers with real listings and pages.

`techwire demo` crawls it and the tests do; every site answers on a port of its own, so robots.txt,
politeness and same-site rules act per site as they do outside. Nothing here crawls or extracts.
"""

from crawler.demo.newsroom import Newsroom, open_newsroom
from crawler.demo.truth import NewsroomArticle, NewsroomSite

__all__ = ["Newsroom", "NewsroomArticle", "NewsroomSite", "open_newsroom"]
