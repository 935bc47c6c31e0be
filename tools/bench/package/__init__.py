"""Compares package size and cold start of our package and the one that Chalice builds."""
