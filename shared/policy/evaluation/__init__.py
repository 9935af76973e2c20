"""The pure judging of one customer: which rules fire, are held back, or let go. No I/O, no clock.

`program` compiles a release once, `relationship` is the state of one customer, `evaluate` is the door.
"""
