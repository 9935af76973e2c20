"""Keeping documents: a small port and its adapters, chosen by URL.

Only adapters know `sqlite3` or MongoDB; everybody else imports from `shared.store.port`.
"""
