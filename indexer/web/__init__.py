"""The search page and its small server. The search itself is the search server's."""
