"""Matching rules against facts: a small port and its engines."""
