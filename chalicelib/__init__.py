"""The application code that runs in AWS Lambda."""

from chalicelib.cold_start import defer_gc

defer_gc()
