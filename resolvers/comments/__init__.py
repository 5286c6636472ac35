"""Comments of physicians: what can be one, and what a person has to look at before it is shown."""
