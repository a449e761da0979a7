"""How a run is told: the only place that words a report."""
