"""Coverage-guided fuzzing (atheris, libFuzzer) of all code that processes untrusted bytes: `make fuzz`."""
