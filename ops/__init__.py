"""What people and CI run, and Lambda never gets."""
