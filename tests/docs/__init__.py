"""Claims of the documentation."""
