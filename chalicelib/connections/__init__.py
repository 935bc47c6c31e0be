"""SSO connections: settings, certificates, pending changes, tests, setup pages."""
