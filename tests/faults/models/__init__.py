"""Machines that Hypothesis drives: the product on one side, a naive model of it on the other."""
