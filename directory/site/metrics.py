"""What Prometheus may read of this process: requests, durations, costs, round trips, fallbacks."""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from schema.answering import Report

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.requests = self.counter("requests", "Requests answered.", "transport", "kind", "status")
        self.errors = self.counter("errors", "Answers with an error of this code.", "code")
        self.cost = self.counter("cost", "Cost of the operations executed.")
        self.round_trips = self.counter("round_trips", "Statements sent to the graph.")
        self.fallbacks = self.counter("fallbacks", "Answers that a plan handed over to graphql-core.")
        self.seconds = Histogram(
            "directory_request_seconds",
            "Seconds that an answer took.",
            ("transport", "kind"),
            registry=self.registry,
            buckets=SECONDS,
        )

    def counter(self, name: str, meaning: str, *labels: str) -> Counter:
        """A counter of ours."""
        return Counter(f"directory_{name}", meaning, labels, registry=self.registry)

    def count(self, report: Report) -> None:
        """Nothing; the request is counted."""
        kind = report.kind or "none"
        self.requests.labels(report.transport, kind, str(report.status)).inc()
        for code in report.codes:
            self.errors.labels(code).inc()
        self.cost.inc(report.cost)
        self.round_trips.inc(report.round_trips)
        self.fallbacks.inc(report.fallbacks)
        if report.transport == "http" and kind != "subscription":
            self.seconds.labels(report.transport, kind).observe(report.seconds)

    def text(self) -> bytes:
        """Everything counted so far, in Prometheus' text format."""
        return generate_latest(self.registry)
