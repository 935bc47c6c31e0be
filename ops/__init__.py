"""Commands for operators and CI. Never deployed to Lambda."""
