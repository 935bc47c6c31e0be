"""What is true: frozen values and pure functions. Knows nobody; `now` is always an argument."""
