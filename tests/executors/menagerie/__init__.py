"""A schema made to be executed: it has what the API's own schema does not use, and everything in it can fail."""
