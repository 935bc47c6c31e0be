"""Everything that runs in Lambda, and nothing else."""
