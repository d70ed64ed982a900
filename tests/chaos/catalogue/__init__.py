"""The rows of the catalogue; each module registers its own."""
