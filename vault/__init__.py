"""Keys, encrypted columns, blind indexes, masking and the one refusal type. Knows no other app."""
