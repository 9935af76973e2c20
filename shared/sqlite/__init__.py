"""SQLite as a durable base for the embedded bus and store: connections, schema, checkpoints, errors.

Only the two adapters import this package; it knows neither topics nor documents.
"""
