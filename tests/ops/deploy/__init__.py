"""Parts of `make deploy`."""
