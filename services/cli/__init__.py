"""The `guanxi` command: what people and scripts type. Thin: it asks services, stores and `shared.reports`."""
