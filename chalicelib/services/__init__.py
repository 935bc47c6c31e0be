"""What a person wants: one file for each journey."""
