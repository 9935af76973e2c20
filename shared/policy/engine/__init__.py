"""Matching rules against facts: a small port and its engines.

Callers take `ConditionSet` (condition_set), `engine_named` (registry) and `truth`, `trace` (reference).
"""
