"""Exactly one effect for each message, on any bus and any store."""
