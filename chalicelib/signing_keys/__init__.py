"""The deployment's own keys and their rotation."""
