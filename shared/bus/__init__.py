"""The log between services: a small port and its adapters, chosen by URL.

Only adapters know `sqlite3` or Kafka; everybody else imports from `shared.bus.port`.
"""
