"""The petitioner's own page: what has become of my matter, asked with a code and four digits, without an account."""
