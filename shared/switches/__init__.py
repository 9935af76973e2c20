"""Stopping single rules at once: pauses, silences and brakes, and what they hold back of whom."""
