"""Pages of followup: the desk, letters, suggestions, samples, and the forms of following up."""
