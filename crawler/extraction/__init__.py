"""Page → Article: clean text, true dates, names, access; every value says where it came from.

Pure functions over bytes; fetching, storage and learning about a site happen elsewhere.
"""

from crawler.extraction.extract import extract_article
from crawler.extraction.parsing import parse_page

__all__ = ["extract_article", "parse_page"]
