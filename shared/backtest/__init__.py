"""Backtests: what a release would have decided over recorded events, and another instead of it.

Pure: no input or output, no clock. `replay` runs customers; the other modules compare two runs.
"""
