"""The floor under both packages: settings, database, times, errors, guarded connections."""
