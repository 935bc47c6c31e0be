"""Password sign-in, hashing and changes."""
