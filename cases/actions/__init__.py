"""The verbs of a matter, by topic: intake, deciding, sending, handling."""
