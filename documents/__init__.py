"""Official papers and files: numbers, snapshots, PDF, hashes."""
