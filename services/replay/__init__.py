"""Recorded events sent again through the running services, in the order of their local days."""
