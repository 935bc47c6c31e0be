"""How large the deployment package is, and what a new Lambda process costs: ours against what Chalice makes."""
