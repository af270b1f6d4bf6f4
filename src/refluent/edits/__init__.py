"""Edits: extracting them from a rewrite, naming their kind, applying and storing them."""
