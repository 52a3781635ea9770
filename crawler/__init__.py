"""From the web to documents: crawl news sites, extract articles, enrich and store them."""
