"""The deployment's health: one file for each group of checks, listed in `examination.py`."""
