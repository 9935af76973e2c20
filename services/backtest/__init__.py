"""Backtests over what an installation has recorded, or over files: reading, processes, progress."""
