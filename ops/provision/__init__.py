"""`make provision`: the stack of what a stage needs before its first deployment and what outlives the application."""
