"""Heart: what Lobby does, in verbs. Hotel first, one transaction, then announce.

The rooms from low to high: hotels, lines, guests, conversations, messages, intake, outbox, replies.
A room imports those before it, never those behind it; tests/rules holds this. What stands beside
the rooms is their floor (transaction, upserts, changes, audit and the like) and, above all of them,
the sweep.
"""
