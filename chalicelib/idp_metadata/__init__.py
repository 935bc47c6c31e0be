"""Identity provider metadata: import, fetch, refresh."""
