"""Pages and listings fetched outside of a crawl, by hand or to try a source."""
