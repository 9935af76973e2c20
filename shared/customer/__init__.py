"""What is known of a customer: profile, buckets, metrics, traits and score. Pure."""
