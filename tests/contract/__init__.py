"""What every transport promises, tried on each against real server processes."""
