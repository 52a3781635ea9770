"""Page → Article: clean text, true dates, names, access; every value says where it came from.

Pure functions over bytes; fetching, storage and learning about a site happen elsewhere.
"""

from crawler.extraction.extract import extract_article
from crawler.extraction.parsing import parse_page
from crawler.extraction.warm import load

__all__ = ["extract_article", "load", "parse_page"]
