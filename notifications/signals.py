"""The Django signals that the log sends."""

from __future__ import annotations

from django.dispatch import Signal

stamped = Signal()
"""Sent after the commit of a stamp, in the process that stamped.

`entries`: a sequence of `Entry`, in the order of the log.
"""

retracted_data = Signal()
"""Sent after the commit that blanked events. `seqs`: their positions; drop copies of their data."""

signaled = Signal()
"""Sent for each signal event that this process makes. `told`: a `signaling.SignalEvent`."""
