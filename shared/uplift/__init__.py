"""Does care work? Customers who got it against a holdout who did not, with an interval and a verdict."""
