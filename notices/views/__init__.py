"""Pages of notices: everybody's own (``own``), and those of whoever runs the system (``office``)."""
