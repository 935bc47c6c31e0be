"""Organizations and their verified domains."""
