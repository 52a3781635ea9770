"""The commands of `techwire` beside those in `cli.main`, and how they speak on a terminal."""
