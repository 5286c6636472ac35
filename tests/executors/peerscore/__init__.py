"""The API's own schema, on a database with something of everything, and with everything made to fail."""
