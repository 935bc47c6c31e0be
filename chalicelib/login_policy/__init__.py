"""Login policies, home-realm discovery and the sign-in page."""
