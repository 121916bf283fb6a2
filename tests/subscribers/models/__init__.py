"""What is foreseen: as much as a few hundred subscribers can bear."""
