"""The text of an article: its part of the page, and its lines without what is not the story."""
