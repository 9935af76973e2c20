"""What rules would do together: findings that are exact and cheap enough for every load. Pure."""
