"""What every HTTP surface shares: app factory, problems, health."""
