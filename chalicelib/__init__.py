"""Everything that runs in Lambda, and nothing else."""

from chalicelib.first_request import defer_gc

defer_gc()
