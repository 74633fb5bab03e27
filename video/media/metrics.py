"""A worker's figures in Prometheus' text format (version 0.0.4)."""

from dataclasses import fields

from video.media.counters import Counters
from video.media.process import cpu_seconds, resident_bytes
from video.media.stats import WorkerStats

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "visavis_media_"


def render_metrics(counters: Counters, stats: WorkerStats) -> str:
    gauges = {
        "rooms": stats.rooms,
        "participants": stats.participants,
        "loop_lag_seconds": round(stats.loop_lag, 6),
        "draining": int(stats.draining),
        "resident_bytes": resident_bytes(),
    }
    if stats.socket_drops is not None:
        gauges["socket_drops"] = stats.socket_drops
    lines = []
    for name, value in gauges.items():
        lines += [f"# TYPE {PREFIX}{name} gauge", f"{PREFIX}{name} {value}"]
    for field in fields(counters):
        if field.name == "drops":
            continue
        name = f"{PREFIX}{field.name}_total"
        lines += [f"# TYPE {name} counter", f"{name} {getattr(counters, field.name)}"]
    name = f"{PREFIX}cpu_seconds_total"
    lines += [f"# TYPE {name} counter", f"{name} {cpu_seconds():.3f}"]
    name = f"{PREFIX}drops_total"
    lines.append(f"# TYPE {name} counter")
    for reason, count in sorted(counters.drops.items()):
        lines.append(f'{name}{{reason="{reason}"}} {count}')
    return "\n".join(lines) + "\n"
