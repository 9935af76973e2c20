"""What each report looks like as a chart: from its numbers to figures of `shared.charts`. Pure."""
