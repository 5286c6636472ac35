"""The commands of `peerscore`, one file each.

What a command needs is imported when it runs, so that `peerscore --help` answers at once.
"""
