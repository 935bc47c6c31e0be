"""The SAML verifier and everything else that speaks SAML."""
