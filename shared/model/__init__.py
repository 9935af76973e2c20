"""What a checked rule bundle means, as frozen values without positions or text.

Everything that measures, scores or decides reads these; only `shared.policy` builds them.
"""
