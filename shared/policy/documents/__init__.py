"""From nodes to the model: one reader for each kind of rule file. Pure."""
