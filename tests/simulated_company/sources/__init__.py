"""What the simulated grocer delivers: one file a day of each source."""
