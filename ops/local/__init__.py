"""The local run: the Chalice app on http://localhost with AWS embedded."""
