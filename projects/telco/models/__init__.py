"""What is foreseen."""
