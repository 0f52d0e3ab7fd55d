"""Metrics of the CSMS for Prometheus, besides those of its connections."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ocppref.csms.parts import Parts


class CsmsCollector(Collector):
    """Reads the state of the parts when it is asked."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        """See prometheus_client."""
        parts, writer = self._parts, self._parts.store.writer
        yield GaugeMetricFamily(
            "csms_stations_connected", "Stations now connected", parts.stations.connected
        )
        yield GaugeMetricFamily(
            "csms_transactions_open", "Transactions that go on", parts.ledger.open_count
        )
        yield GaugeMetricFamily(
            "csms_storage_queue_depth", "Writes that wait for a commit", writer.depth
        )
        yield CounterMetricFamily("csms_storage_commits", "Commits", writer.batches)
        yield CounterMetricFamily("csms_storage_writes", "Writes", writer.orders)
