"""Checks that .ci/run calls."""
