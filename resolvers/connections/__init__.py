"""The connections to the database: what Tortoise takes them from, and a short way past it for reads."""
