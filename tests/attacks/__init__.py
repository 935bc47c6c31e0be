"""Hostile responses: every one must be refused, and none may ever become an assertion."""
