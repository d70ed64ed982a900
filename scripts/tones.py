"""Make the two tones of the pages: `python scripts/tones.py`."""

import math
import struct
import wave
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "noticeboard" / "tones"
RATE = 16_000  # samples a second
LOUDEST = 0.5
ATTACK = 0.008  # seconds: without it one hears a click
DECAY = 0.11

#: By file: (seconds after the start, Hz) of each note.
TONES = {
    "default": ((0.0, 659.26), (0.12, 880.0)),
    "critical": ((0.0, 987.77), (0.14, 739.99), (0.28, 987.77)),
}
RINGING = 0.35  # of the last note


def note(seconds: float, hertz: float) -> float:
    """A bell-like note at a time since its start, from -1 to 1."""
    if seconds < 0:
        return 0.0
    loud = min(1.0, seconds / ATTACK) * math.exp(-seconds / DECAY)
    turn = 2 * math.pi * hertz * seconds
    return loud * (0.8 * math.sin(turn) + 0.2 * math.sin(2 * turn))


def tone(notes: tuple[tuple[float, float], ...]) -> bytes:
    """16-bit samples; the end fades to nothing."""
    length = int(RATE * (notes[-1][0] + RINGING))
    samples = [
        sum(note(number / RATE - start, hertz) for start, hertz in notes)
        for number in range(length)
    ]
    top = max(map(abs, samples))
    fades = (min(1.0, (length - number) / (0.05 * RATE)) for number in range(length))
    scaled = (
        int(32_767 * LOUDEST * sample / top * fade)
        for sample, fade in zip(samples, fades, strict=True)
    )
    return b"".join(struct.pack("<h", sample) for sample in scaled)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, notes in TONES.items():
        with wave.open(str(FOLDER / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(tone(notes))


if __name__ == "__main__":
    main()
