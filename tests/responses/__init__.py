"""Good responses: every one must be accepted, with exactly the identity that was signed."""
