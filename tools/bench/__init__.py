"""Compares the CPU time of a sign-in with the physical limit and with other libraries. `make bench` prints it."""
