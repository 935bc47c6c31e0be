"""`make deploy` against AWS on loopback."""
