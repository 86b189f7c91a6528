"""What one would write by hand for 2019/city: whole hundredths of points, facts taken as they are."""

from __future__ import annotations

from collections.abc import Mapping


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
