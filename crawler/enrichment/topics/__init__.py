"""What an article is about, and whether it is about tech at all."""
