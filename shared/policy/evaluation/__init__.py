"""Judging one customer: episodes, actions and the records that explain them. Pure."""
