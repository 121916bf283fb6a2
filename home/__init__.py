"""The home of one company: its project, its places, and what is there, day by day."""
