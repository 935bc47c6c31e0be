"""Moving a deployment: everything but secrets' private parts, out into a file and in from one."""
