"""Filing: one household of files per petitioner, one volume per matter and year."""
