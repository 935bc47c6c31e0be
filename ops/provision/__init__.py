"""The data plane: resources that a stage needs before its first deployment and that outlive the application."""
