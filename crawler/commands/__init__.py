"""The commands of `techwire` beside those in `crawler.cli`, and how they speak on a terminal."""
