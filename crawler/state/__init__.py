"""What the crawler remembers: seen URLs, listings, stories. SQL lives here and nowhere above."""
