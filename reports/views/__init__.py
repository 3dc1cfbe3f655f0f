"""Pages of the reports: the leaders' figures, the register as a file, what waits for a second person."""
