#!/usr/bin/env python3
"""Makes the vectors of article 10 from the calendar of Asia/Shanghai alone (PEP 615), not from our code.

Each file: clocks when the item was recorded and now (`spec/record.md` §5), the state of the item, the rule set, and
what must follow: the working day, when it is due, how it stands, and by how much it is overdue.
"""
import json
import pathlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

HERE = pathlib.Path(__file__).parent
ZONE = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


def claim(true_ms, wall_off_ms=0, anchored_ms=None, boot="boot-1", anchor_boot="boot-1"):
    """Clocks at a true instant; the anchor was heard at `anchored_ms`, when the monotonic clock showed 1,000."""
    since = 0 if anchored_ms is None else true_ms - anchored_ms
    mono = 1_000 + since if boot == anchor_boot else 5_000
    anchor = None if anchored_ms is None else {
        "bureau_ms": anchored_ms, "mono_ms": 1_000, "boot_id": anchor_boot, "checkpoint_size": 1}
    return {"wall_ms": true_ms + wall_off_ms, "zone_minutes": 480, "mono_ms": mono, "boot_id": boot,
            "anchor": anchor}


def write(name, rule, recorded_ms, now_ms, recorded, now, state="sealed", due_minutes=1440, grace_minutes=720):
    day = datetime.fromtimestamp(recorded_ms / 1000, ZONE).date()
    start = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    due = int((start + timedelta(minutes=due_minutes)).timestamp() * 1000)
    if state in ("stored", "handed_over"):
        standing = "kept"
    elif now_ms < due:
        standing = "open"
    else:
        standing = "grace" if now_ms < due + grace_minutes * MINUTE else "overdue"
    late = now_ms - due if standing in ("grace", "overdue") else None
    vector = {
        "rule": rule, "source": "article 10; spec/session.md", "due_minutes": due_minutes,
        "grace_minutes": grace_minutes, "recorded": recorded, "now": now, "state": state,
        "expect": {"day": day.isoformat(), "due_ms": due, "standing": standing, "overdue_ms": late},
    }
    (HERE / f"{name}.json").write_text(json.dumps(vector, ensure_ascii=False, indent=1) + "\n")


MORNING = at("2026-11-23T09:00:00")
TAKEN = at("2026-11-23T15:30:00")


def simple(name, rule, now_text, **more):
    now_ms = at(now_text)
    write(name, rule, TAKEN, now_ms, claim(TAKEN, anchored_ms=MORNING), claim(now_ms, anchored_ms=MORNING), **more)


simple("a-second-before-midnight-is-not-late", "23:59:59 is within the day", "2026-11-23T23:59:59")
simple("midnight-is-late", "at 00:00:00 the day is over", "2026-11-24T00:00:00")
simple("a-second-after-midnight-is-late", "00:00:01 of the next day", "2026-11-24T00:00:01")
simple("the-grace-ends-at-noon", "at 12:00:00 of the next day the grace is over", "2026-11-24T12:00:00")
simple("just-before-noon-is-grace", "11:59:59 of the next day", "2026-11-24T11:59:59")
simple("an-upload-under-way-is-late-too", "pending is not stored", "2026-11-24T00:00:00", state="pending")
simple("stored-is-never-late", "a verified receipt ends it", "2026-12-24T00:00:00", state="stored")
simple("handed-over-is-never-late", "the custodian has it", "2026-12-24T00:00:00", state="handed_over")
simple("another-hour-can-be-set", "due at 18:00", "2026-11-23T18:00:00", due_minutes=18 * 60, grace_minutes=0)
simple("a-minute-before-another-hour", "due at 18:00", "2026-11-23T17:59:59", due_minutes=18 * 60, grace_minutes=0)
simple("an-hour-after-midnight-can-be-set", "due at 02:00 of the next day", "2026-11-24T01:59:59", due_minutes=26 * 60)
for name, off in (("behind", -DAY), ("ahead", DAY)):
    for when, text in (("before", "2026-11-23T23:59:59"), ("at", "2026-11-24T00:00:00")):
        now_ms = at(text)
        write(f"a-clock-a-day-{name}-{when}-midnight", "the anchor counts, not the wall clock", TAKEN, now_ms,
              claim(TAKEN, off, MORNING), claim(now_ms, off, MORNING))
# Rebooted since the anchor: the wall clock is all there is, and it cannot be earlier than what the bureau said.
now_ms = at("2026-11-24T08:00:00")
write("rebooted-the-wall-clock-is-taken", "no monotonic clock leads from the anchor to now", TAKEN, now_ms,
      claim(TAKEN, anchored_ms=MORNING), claim(now_ms, anchored_ms=MORNING, boot="boot-2"))
write("rebooted-with-a-clock-of-last-year", "never earlier than what the bureau last said", MORNING, MORNING,
      claim(MORNING, -365 * DAY, MORNING, boot="boot-2"), claim(MORNING, -365 * DAY, MORNING, boot="boot-2"))
taken = at("2026-11-24T00:00:00")
write("recorded-at-midnight-belongs-to-the-new-day", "00:00:00 begins a day", taken, taken,
      claim(taken, anchored_ms=MORNING), claim(taken, anchored_ms=MORNING))
taken = at("2026-12-31T23:59:59")
now_ms = at("2027-01-01T00:00:00")
write("the-year-ends-like-any-day", "31 December", taken, now_ms, claim(taken, anchored_ms=MORNING),
      claim(now_ms, anchored_ms=MORNING))
taken = at("2028-02-29T12:00:00")
now_ms = at("2028-03-01T00:00:00")
write("a-leap-day-is-a-day", "29 February", taken, now_ms, claim(taken), claim(now_ms))
