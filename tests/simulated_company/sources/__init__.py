"""What the simulated grocer delivers: the contracts of the demo company, as one file a day."""
