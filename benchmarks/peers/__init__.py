"""Other servers that push events to subscribers, to measure beside ours; each does only what the benchmark needs."""
