"""Scoring: from events to what is known of a customer — metrics, traits, score — as snapshots."""
