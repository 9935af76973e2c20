"""A simulated company run with Guanxi in the loop: events in, care ordered, care given, customers answer."""
