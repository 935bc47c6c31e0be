"""API Gateway and Lambda on this machine: Chalice's own template, the unpacked package, the real runtime's client.

What it does not have: AWS's throttling, its edge caches, gateway responses that were changed after a deployment.
"""
