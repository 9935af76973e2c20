"""The front door: publishers' events over HTTP or the bus, checked and appended to the log."""
