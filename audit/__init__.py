"""What happened: one append-only, hash-chained row per fact."""
