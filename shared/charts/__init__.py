"""Charts as SVG: the marks, scales and forms that reports and pages draw with. Pure; knows no report."""
