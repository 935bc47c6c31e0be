"""What AWS and SAML say: one file or folder for each outside thing."""
