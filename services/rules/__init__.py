"""Rules: from snapshots to decisions, by the release that each snapshot carries."""
