"""Pages of the diary: month and week, leaders' reception days, the feed."""
