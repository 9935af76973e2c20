"""How well a policy foresees who leaves: its ranking and its alerts, scored against what customers then did.

Pure: observed customers in, figures out. Nothing here knows rules, files or clocks.
"""
