"""Ways to write the same events to a socket: encode and write, nothing else."""
