"""What managers ask, answered from stored documents: pure read models without any store.

The command line prints them; other surfaces may show the same.
"""
