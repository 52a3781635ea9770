"""Pages and texts that need no fetch: bulk files, archives, and archived pages read again."""
