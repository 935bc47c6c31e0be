"""Developers' tools: benchmarks, load tests, fuzzing, checks for CI."""
