"""The transport lab: the same events over all four transports at once, measured.

A *run* is a thread that appends events to the log, on a topic of its own which only its owner may
read. The page reads that topic over four connections of the ordinary client; the *meter* counts at
the server what each of them costs. Runs and counts are of one process.
"""
