"""`guanxi simulate`: write a living company's events, and the truth behind them, to files."""
