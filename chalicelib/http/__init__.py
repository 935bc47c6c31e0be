"""What all HTTP handlers share: application, authentication, forms, cookies, rendering, problem details."""
