"""Typed and not yet sent: what stands in a form, kept on the server after each pause, for its author alone."""
