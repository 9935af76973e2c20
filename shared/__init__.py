"""What the services share: a pure heart (`customer`, `policy`) and the edges (`bus`, `store`, `http`).

Services import from here and never from each other.
"""
