"""What every HTTP server of ours owes to whoever connects: page, probes and engine alike.

Its socket, how long a client may take, how many there may be, by which names it is called. Imports
nothing of ours, so that the engine can stand on it and still be run by itself.
"""
