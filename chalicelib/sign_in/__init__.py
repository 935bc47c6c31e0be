"""Sign-in through an identity provider: start, assertion consumer service, provisioning."""
