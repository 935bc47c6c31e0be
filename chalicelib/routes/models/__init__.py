"""Bodies of /v1 as pydantic models. Imported by handlers on first use: pydantic is slow to load."""
