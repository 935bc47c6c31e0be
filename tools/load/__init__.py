"""`make load`: many browsers sign in at the local run at once. Loopback only, bounded in number and time."""
