"""A living company: seeded customers with hidden types whose events can be judged against the truth."""
