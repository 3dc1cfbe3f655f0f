"""Read-only pages above everything: the leaders' figures and their exports. No tables."""
