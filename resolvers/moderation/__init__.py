"""Moderation: cases that wait for a moderator, the queue of them, and decisions."""
