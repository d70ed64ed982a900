"""The doctor: what is configured, what is missing, what is wrong, and the cure.

One source for `manage.py doctor`, the page at /setup/ and, where no request is needed, the system
checks. `steps` lists what is looked at; each rule is a function from a `Case` to what it has found.
What only shows through the address that people use is measured by the browser or by `probe`, as
`Measured`, and judged here by the same rules.
"""

from notifications.doctor.finding import Case, Finding
from notifications.doctor.measured import Measured
from notifications.doctor.steps import STEPS, ailing, examine

__all__ = ["STEPS", "Case", "Finding", "Measured", "ailing", "examine"]
