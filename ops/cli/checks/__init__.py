"""Health checks of a deployment, one module per group; `runner.py` lists them."""
