"""What travels between services: topics, envelopes and message bodies.

Each is declared once here; the OpenAPI and AsyncAPI documents are generated from these declarations.
"""
