"""docs/deploy: its files by their own linters, and a site that is made of them."""
