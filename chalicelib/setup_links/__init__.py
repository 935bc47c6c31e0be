"""Setup links: a customer's IT admin configures a connection without an account."""
