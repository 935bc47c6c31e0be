"""Moving in from other systems: one file for each system's published format."""
