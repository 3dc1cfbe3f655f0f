"""Four eyes: what one person asks for and another grants or denies."""
