"""`make deploy`: one stage into one AWS account, again and again, at the same address."""
