"""Reading releases of the rule bundle and their activations; only the rules service writes them."""
