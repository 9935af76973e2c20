"""The ways out: each knows one medium, none knows why something is sent."""
