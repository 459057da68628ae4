#!/usr/bin/env python3
"""Writes recurrences.txt: what python3-dateutil says of recurrence rules, for recurrences_test.cc.

usage: recurrences.py > recurrences.txt
A line: rule|from|zone|the first instants in UTC. A rule that has fewer than kept ends with "end". Local times are
dateutil's; a local time that the zone skips is the first valid instant after it, one that it shows twice the first.
"""
import datetime
import itertools
import random
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

KEPT = 10
UTC = datetime.timezone.utc
MINUTE = datetime.timedelta(minutes=1)
HORIZON = datetime.timedelta(days=366 * 38)

CHOSEN = [
    "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;BYHOUR=9,18;BYMINUTE=0,30",
    "FREQ=WEEKLY;BYHOUR=7",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,MO;BYHOUR=1",
    "FREQ=DAILY;BYHOUR=2;BYMINUTE=30",
    "FREQ=DAILY;BYHOUR=1;BYMINUTE=30",
    "FREQ=DAILY;INTERVAL=9;BYHOUR=0",
    "FREQ=DAILY;BYMONTHDAY=29,-1;BYHOUR=23;BYMINUTE=59",
    "FREQ=DAILY;INTERVAL=2;BYDAY=FR;BYHOUR=12",
    "FREQ=DAILY;COUNT=4;BYHOUR=6,8",
    "FREQ=DAILY;UNTIL=20261205T080000;BYHOUR=8",
    "FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=10",
    "FREQ=MONTHLY;BYMONTHDAY=-31;BYHOUR=10",
    "FREQ=MONTHLY;BYMONTHDAY=-1,15;BYHOUR=10",
    "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=29;BYHOUR=10",
    "FREQ=MONTHLY;BYDAY=2TU;BYHOUR=10",
    "FREQ=MONTHLY;BYDAY=-1FR,1MO;BYHOUR=10",
    "FREQ=MONTHLY;BYDAY=5WE;BYHOUR=10",
    "FREQ=MONTHLY;BYDAY=-5SA;BYHOUR=10",
    "FREQ=MONTHLY;BYDAY=MO;BYHOUR=10",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;BYHOUR=0",
    "FREQ=MONTHLY;INTERVAL=5;BYHOUR=4",
    "FREQ=MONTHLY;COUNT=3;BYDAY=1SU;BYHOUR=2;BYMINUTE=30",
    "FREQ=MONTHLY",
    "FREQ=WEEKLY",
    "FREQ=DAILY",
]
BEGINS = ["2026-12-01T00:00", "2026-03-07T15:20", "2024-02-29T09:00", "2026-10-31T23:45"]
ZONES = ["Asia/Seoul", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Kiritimati", "UTC"]


def instant(local, zone):
    """The first valid instant of a local time or after it."""
    while True:
        there = local.replace(tzinfo=zone, fold=0)
        moment = there.astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) == local:
            return moment
        local += MINUTE


def drawn(random_source):
    """A rule of random parts that the subset has."""
    frequency = random_source.choice(["DAILY", "WEEKLY", "MONTHLY"])
    days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    parts = ["FREQ=" + frequency]

    def some(values, most):
        return ",".join(str(v) for v in random_source.sample(values, random_source.randint(1, most)))

    if random_source.random() < 0.5:
        parts.append(f"INTERVAL={random_source.randint(2, 7)}")
    if random_source.random() < 0.5:
        ordinals = [f"{n}{d}" for n in (1, 2, 3, 4, -1, -2) for d in days]
        # Not both: of a list that has days with and without a place, dateutil takes what both halves have, and RFC 5545 what either has.
        in_month = frequency == "MONTHLY" and random_source.random() < 0.5
        parts.append("BYDAY=" + some(ordinals if in_month else days, 3))
    if frequency != "WEEKLY" and random_source.random() < 0.5:
        parts.append("BYMONTHDAY=" + some([d for d in range(-31, 32) if d], 4))
    if random_source.random() < 0.8:
        parts.append("BYHOUR=" + some(list(range(24)), 3))
    if random_source.random() < 0.5:
        parts.append("BYMINUTE=" + some(list(range(60)), 3))
    if random_source.random() < 0.2:
        parts.append(f"COUNT={random_source.randint(1, 12)}")
    return ";".join(parts)


def main():
    random_source = random.Random(1)
    rules = [(rule, begin, zone) for rule in CHOSEN for begin, zone in zip(BEGINS, random_source.sample(ZONES, len(BEGINS)))]
    rules += [(drawn(random_source), random_source.choice(BEGINS), random_source.choice(ZONES)) for _ in range(200)]
    for rule, begin, zone in rules:
        start = datetime.datetime.fromisoformat(begin)
        moments = []
        occurrences = itertools.takewhile(lambda at: at - start < HORIZON, rrulestr(rule, dtstart=start))
        for local in occurrences:
            moment = instant(local, ZoneInfo(zone))
            if not moments or moment > moments[-1]:
                moments.append(moment)
            if len(moments) == KEPT:
                break
        texts = [moment.strftime("%Y-%m-%dT%H:%MZ") for moment in moments]
        if len(texts) < KEPT:
            texts.append("end")
        print(f"{rule}|{begin}|{zone}|{' '.join(texts)}")


main()
