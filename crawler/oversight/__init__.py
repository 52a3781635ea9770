"""What a person asks about the crawl: how it stands, what it covers, why a URL fared so."""
