"""A worker's figures in Prometheus' text format (version 0.0.4)."""

from collections.abc import Iterator
from dataclasses import fields

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from video.media.counters import Counters
from video.media.process import cpu_seconds, resident_bytes
from video.media.rooms.stats import WorkerStats

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
PREFIX = "visavis_media_"
DROPS = "Refused datagrams, packets and reports."


def render_metrics(counters: Counters, stats: WorkerStats) -> str:
    registry = CollectorRegistry()
    registry.register(_Figures(counters, stats))
    return generate_latest(registry).decode()


class _Figures(Collector):
    """Reads the worker's own integers when it is asked; packets pay nothing for it."""

    def __init__(self, counters: Counters, stats: WorkerStats) -> None:
        self._counters = counters
        self._stats = stats

    def collect(self) -> Iterator[Metric]:
        yield from self._gauges()
        for one in fields(self._counters):
            if one.name != "drops":
                yield _counter(one.name, getattr(self._counters, one.name))
        yield _counter("cpu_seconds", round(cpu_seconds(), 3))
        drops = CounterMetricFamily(f"{PREFIX}drops", DROPS, labels=["reason"])
        for reason, count in sorted(self._counters.drops.items()):
            drops.add_metric([reason], count)
        yield drops

    def _gauges(self) -> Iterator[Metric]:
        stats = self._stats
        figures = {
            "rooms": stats.rooms,
            "participants": stats.participants,
            "loop_lag_seconds": round(stats.loop_lag, 6),
            "draining": int(stats.draining),
            "resident_bytes": resident_bytes(),
        }
        if stats.socket_drops is not None:
            figures["socket_drops"] = stats.socket_drops
        for name, value in figures.items():
            words = f"{name.replace('_', ' ').capitalize()} of this worker."
            yield GaugeMetricFamily(PREFIX + name, words, value)


def _counter(name: str, value: float) -> Metric:
    words = f"{name.replace('_', ' ').capitalize()} since the worker started."
    return CounterMetricFamily(PREFIX + name, words, value)
