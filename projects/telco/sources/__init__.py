"""What the company delivers."""
