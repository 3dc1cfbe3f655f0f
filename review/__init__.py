"""Review and recheck: the petitioner's two ways to a higher unit (articles 35, 36)."""
