"""Conversations and their threads: the list, who waits, how the guest sounds."""
