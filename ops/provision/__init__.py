"""What a stage needs in AWS before its first deployment, and keeps when the application is deleted: the data plane."""
