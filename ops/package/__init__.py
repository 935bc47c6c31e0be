"""The deployment package: built as Chalice builds it, then made small, quick to load and the same every time.

Chalice keeps a package under a name made from the code and the locked requirements (`.chalice/deployments/`). `build`
puts ours there, and `chalice package` and `chalice deploy` say "Reusing existing deployment package".
"""
