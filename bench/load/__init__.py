"""The load client: many connections from several processes, every delivery counted."""
