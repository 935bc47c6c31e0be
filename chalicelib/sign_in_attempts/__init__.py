"""The history of sign-in attempts, and the response inspector."""
