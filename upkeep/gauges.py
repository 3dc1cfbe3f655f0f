"""The same figures for a monitor, in the text format of Prometheus. No labels name persons, units or matters."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from upkeep.choices import Fault
from upkeep.health import Health, late

PREFIX = "reception"


def text(health: Health) -> bytes:
    """One scrape. A registry of its own: nothing of the process that happens to answer."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Gauges(health))
    return generate_latest(registry)


class _Gauges(Collector):
    def __init__(self, health: Health) -> None:
        self.health = health

    def collect(self) -> Iterator[Metric]:
        seen = self.health
        yield _one("up", "1 when nothing is wrong", int(seen.ok))
        yield _one("database_up", "1 when the database answers", int(seen.database))
        faults = GaugeMetricFamily(f"{PREFIX}_fault", "1 for each thing that is wrong", labels=["fault"])
        for fault in Fault.values:
            faults.add_metric([fault], int(fault in seen.faults))
        yield faults
        if not seen.database:
            return
        waits = "how long the message that is due the longest waits"
        yield _one("outbox_oldest_unsent_seconds", waits, seen.oldest_unsent)
        yield _one("outbox_waiting", "messages not sent yet, due or not", seen.waiting)
        yield _one("outbox_dead", "messages given up", seen.dead)
        yield _one("broker_errors_total", "wake-ups the broker did not take, ever", seen.broker_errors)
        yield _one("disk_free_megabytes", "free space under DATA_DIR", seen.disk_free_mb)
        if seen.dispatcher_age is not None:
            yield _one("dispatcher_age_seconds", "since the last dispatcher", seen.dispatcher_age)
        yield from _sweeps(seen)


def _sweeps(seen: Health) -> Iterator[Metric]:
    ages = GaugeMetricFamily(f"{PREFIX}_sweep_age_seconds", "since each sweep ran to its end", labels=["sweep"])
    slow = GaugeMetricFamily(f"{PREFIX}_sweep_late", "1 where a sweep should have come again", labels=["sweep"])
    for name, age in seen.sweeps.items():
        if age is not None:
            ages.add_metric([name], age)
            slow.add_metric([name], int(late(name, age)))
    yield ages
    yield slow


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{PREFIX}_{name}", words, value=value)
