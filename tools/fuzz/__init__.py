"""Coverage-guided fuzzing (atheris, libFuzzer) of everything that a stranger's octets reach: `make fuzz`."""
