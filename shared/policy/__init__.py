"""The policy language: source text → documents → checks → release → evaluation.

Pure but for `source`, which reads rule files into memory. No clock, no bus, no store.
"""
