"""Who: units as a tree, users, and the one table of roles."""
