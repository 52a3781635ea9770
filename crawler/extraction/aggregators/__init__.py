"""Pages of aggregators with several stories in full -> single stories, each with its publisher."""
