"""A project whose users have UUIDs for keys and email addresses for names."""
