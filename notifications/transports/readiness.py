"""Whether this process is about to stop."""


class Readiness:
    """A flag of the process: it is set when the process is told to stop, and never taken back."""

    draining = False


readiness = Readiness()
