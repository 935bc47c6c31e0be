"""Shared parts of the HTTP handlers: application, authentication, forms, cookies, rendering, problem details."""
