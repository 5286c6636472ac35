"""What holds for all writes: repetitions do nothing, and there is a limit."""
