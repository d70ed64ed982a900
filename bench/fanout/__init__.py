"""What it costs to bring one event to many, and what everything around it costs."""
