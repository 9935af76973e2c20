"""Tests beside the policy: read, run, told; what they leave untested, and the tests that would close it.

Pure but for `files`, which reads test files into memory. Runs the same evaluation as the services.
"""
