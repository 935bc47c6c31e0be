"""The API under /v1: one blueprint for each resource."""
