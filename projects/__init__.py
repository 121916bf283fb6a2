"""Who it is for: one folder per company."""
