"""Checks of .ci/run that are more than one command."""
