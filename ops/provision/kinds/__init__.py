"""How each type of resource is read and changed in AWS."""
