"""How much CPU a sign-in costs, held against what it must cost, and against others. `make bench` prints it."""
