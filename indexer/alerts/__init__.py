"""News that comes to people: saved searches and silent sources, told by feed, webhook or mail.

A run (`running`) looks for stories an alert has not told yet, writes them down, and hands messages
over; each story goes out once an alert, whatever is killed in between. Also the digest of a span.
"""
