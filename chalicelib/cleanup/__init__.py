"""Finishes interrupted deletions and removes orphaned objects."""
