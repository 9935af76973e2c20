"""What customers are worth: present value from a few premises, scenarios, break-even and sensitivity."""
