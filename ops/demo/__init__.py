"""Demo data and the demo identity provider of the local run."""
