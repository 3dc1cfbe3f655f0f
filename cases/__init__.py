"""The matter: classified, decided, assigned, handled, closed; the law lives in its table and policy files."""
