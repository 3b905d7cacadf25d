"""社保卡 of invented people: most have one in use; some of the cast have one that can be tried out."""

from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from shebao.synth import cast, stream
from shebao.synth.world import World

NEW = ("changes",)
NONE = ("minor",)


def issue(cursor: Any, place: World, subjects: np.ndarray) -> None:
    """A card for everyone but the cast's child; one of the cast has not activated hers."""
    parts = {number: part.code for number, part in enumerate(cast.parts(place.axis.today), 1)}
    rows = [(subject, parts.get(subject, "")) for subject in subjects.tolist()]
    kept = [(subject, code) for subject, code in rows if code not in NONE]
    today = place.axis.today
    made = [today - timedelta(days=400 + subject % 1500 if code not in NEW else 20) for subject, code in kept]
    stream.columns(
        cursor,
        "registry_card",
        pa.table(
            {
                "subject_id": pa.array([subject for subject, _ in kept], pa.int64()),
                "state": ["issued" if code in NEW else "active" for _, code in kept],
                "issued_on": pa.array(made, pa.date32()),
                "activated_on": pa.array(
                    [None if code in NEW else day for (_, code), day in zip(kept, made, strict=True)],
                    pa.date32(),
                ),
            }
        ),
    )
