"""A reference calendar program: what RFC 5546 makes of the files that it is sent."""

from __future__ import annotations

import datetime as dt

from icalendar import Calendar


class Diary:
    """One entry per UID, by the highest SEQUENCE; `faults` are what no file of ours
    may do, though programs forgive it: repeat or lower a SEQUENCE, change the UID,
    revive what was never cancelled."""

    def __init__(self, uid: str) -> None:
        self.uid = uid
        self.entries: dict[str, tuple[dt.datetime, dt.datetime]] = {}
        self.faults: list[str] = []
        self._last = -1

    def take(self, file: bytes) -> None:
        calendar = Calendar.from_ical(file)
        [event] = calendar.walk("VEVENT")
        uid, sequence = str(event["uid"]), int(event.decoded("sequence"))
        if uid != self.uid:
            self.faults.append(f"UID {uid}")
        if sequence <= self._last:
            self.faults.append(f"SEQUENCE {sequence} after {self._last}")
            return
        self._last = sequence
        if calendar["method"] == "CANCEL":
            self.entries.pop(uid, None)
        elif calendar["method"] == "REQUEST":
            self.entries[uid] = (event.decoded("dtstart"), event.decoded("dtend"))
        else:
            self.faults.append(f"METHOD {calendar['method']}")
        if not (event.get("organizer") and event.get("attendee")):
            self.faults.append("nobody invites, or nobody is invited")
