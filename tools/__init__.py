"""What developers run: benchmarks, load, fuzzing, checks for CI."""
