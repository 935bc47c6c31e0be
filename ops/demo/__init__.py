"""What the local run shows: demo data and a demo identity provider."""
