"""Tells people and systems what was decided: care tasks, inbox messages, signed webhooks, files.

Reads decisions; never decides about a customer itself, only whether and when a contact may be made.
"""
