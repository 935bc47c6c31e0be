"""Limits on repeated attempts."""
