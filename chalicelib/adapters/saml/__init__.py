"""All that knows python3-saml and xmlsec. Everything else knows `Assertion` and `SignInRefused`."""
