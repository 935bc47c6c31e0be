"""Everything that runs in Lambda, and nothing else."""

from chalicelib.cold_start import defer_gc

defer_gc()
