"""What one would write by hand for 2019/city: whole hundredths of points, facts taken as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np


def city(f: Mapping[str, int]) -> int:
    """The total in hundredths of a point; nothing is checked."""
    return (
        (t if (t := 200 * f["network_cloud_platforms"]) < 800 else 800)
        + (t if (t := 200 * f["information_resource_platforms"]) < 1000 else 1000)
        + (t if (t := 200 * f["application_system_platforms"]) < 1200 else 1200)
        + (t if (t := 200 * f["security_service_platforms"]) < 400 else 400)
        + (t if (t := 600 - 50 * f["counties_without_operations"]) > 0 else 0)
        + (
            t
            if (
                t := (t if (t := 100 - 5 * f["roll_call_absences"]) > 0 else 0)
                + (t if (t := 200 - 5 * (f["venue_faults"] + f["attendee_misconduct"])) > 0 else 0)
                + (t if (t := 100 - 5 * f["hd_rooms_missing"]) > 0 else 0)
                + (t if (t := 200 - 10 * f["hd_room_items_missing"]) > 0 else 0)
                + (t if (t := 200 - 50 * f["counties_without_video_contacts"]) > 0 else 0)
                + (t if (t := 200 - 20 * f["cooperation_failures"]) > 0 else 0)
                - 50 * f["namings_by_provincial_leaders"]
            )
            > 0
            else 0
        )
        + (t if (t := 600 - 100 * f["accepted_systems_without_grading"]) > 0 else 0)
        + (
            t
            if (
                t := 900
                - 100
                * (
                    f["critical_vulnerability_notices"]
                    + f["extranet_access_notices"]
                    + f["commercial_cryptography_notices"]
                )
            )
            > 0
            else 0
        )
    )


BLOCK = 16_384
# Points for each platform of a kind, and the most for the kind.
PLATFORMS = {
    "network_cloud_platforms": 800,
    "information_resource_platforms": 1000,
    "application_system_platforms": 1200,
    "security_service_platforms": 400,
}
# Taken off for each finding, from how much.
VIDEO = {
    ("roll_call_absences",): (5, 100),
    ("venue_faults", "attendee_misconduct"): (5, 200),
    ("hd_rooms_missing",): (5, 100),
    ("hd_room_items_missing",): (10, 200),
    ("counties_without_video_contacts",): (50, 200),
    ("cooperation_failures",): (20, 200),
}
NOTICES = ("critical_vulnerability_notices", "extranet_access_notices", "commercial_cryptography_notices")


def city_in_blocks(columns: Mapping[str, Any]) -> Any:
    """The totals of many units in hundredths of a point, block by block."""
    rows = len(next(iter(columns.values())))
    totals = np.empty(rows, np.int64)
    for start in range(0, rows, BLOCK):
        totals[start : start + BLOCK] = _block({key: cells[start : start + BLOCK] for key, cells in columns.items()})
    return totals


def _block(f: Mapping[str, Any]) -> Any:
    total = sum(np.minimum(200 * f[key], most) for key, most in PLATFORMS.items())
    total += np.maximum(600 - 50 * f["counties_without_operations"], 0)
    video = sum(np.maximum(most - each * sum(f[key] for key in keys), 0) for keys, (each, most) in VIDEO.items())
    total += np.maximum(video - 50 * f["namings_by_provincial_leaders"], 0)
    total += np.maximum(600 - 100 * f["accepted_systems_without_grading"], 0)
    return total + np.maximum(900 - 100 * sum(f[key] for key in NOTICES), 0)


def city_in_numba() -> Callable[[Mapping[str, Any]], Any]:
    """The same as one compiled loop over all columns."""
    import numba

    keys = [*PLATFORMS, "counties_without_operations", *(key for many in VIDEO for key in many)]
    keys += ["namings_by_provincial_leaders", "accepted_systems_without_grading", *NOTICES]
    terms = [f"min(200 * {key}[i], {most})" for key, most in PLATFORMS.items()]
    terms += ["max(600 - 50 * counties_without_operations[i], 0)"]
    video = [
        f"max({most} - {each} * ({' + '.join(f'{key}[i]' for key in many)}), 0)" for many, (each, most) in VIDEO.items()
    ]
    terms += [f"max({' + '.join(video)} - 50 * namings_by_provincial_leaders[i], 0)"]
    terms += ["max(600 - 100 * accepted_systems_without_grading[i], 0)"]
    terms += [f"max(900 - 100 * ({' + '.join(f'{key}[i]' for key in NOTICES)}), 0)"]
    text = f"def loop({', '.join(keys)}, totals):\n for i in range(len(totals)):\n  totals[i] = {' + '.join(terms)}\n"
    meaning: dict[str, Any] = {}
    exec(text, meaning)
    loop = numba.njit(nogil=True)(meaning["loop"])

    def run(columns: Mapping[str, Any]) -> Any:
        totals = np.empty(len(columns[keys[0]]), np.int64)
        loop(*[columns[key] for key in keys], totals)
        return totals

    return run


def city_in_duckdb(units: Path, scores: Path) -> None:
    """The totals of a Parquet file, written to another."""
    import duckdb

    terms = [f"least(200 * {key}, {most})" for key, most in PLATFORMS.items()]
    terms += ["greatest(600 - 50 * counties_without_operations, 0)"]
    video = [f"greatest({most} - {each} * ({' + '.join(many)}), 0)" for many, (each, most) in VIDEO.items()]
    terms += [f"greatest({' + '.join(video)} - 50 * namings_by_provincial_leaders, 0)"]
    terms += ["greatest(600 - 100 * accepted_systems_without_grading, 0)"]
    terms += [f"greatest(900 - 100 * ({' + '.join(NOTICES)}), 0)"]
    query = f"SELECT {' + '.join(terms)} AS total FROM read_parquet('{units}')"
    duckdb.connect().execute(f"COPY ({query}) TO '{scores}' (FORMAT parquet)")
