"""When an article was published: what its page states, what readers see, and which of it counts."""
