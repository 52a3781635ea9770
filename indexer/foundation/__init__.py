"""What both packages stand on: settings, state database, times, errors, guarded connections.

`config.load` reads the settings, `database.state_database` opens the database, `errors` has every
error that is told to users in one line.
"""
