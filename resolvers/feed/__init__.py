"""The log of what has happened: written with each change, numbered in the order of commits, read by followers."""
