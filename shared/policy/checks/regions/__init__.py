"""For which customers conditions hold together: an exact answer, with one such customer as proof.

Pure. Every fact's values fall into finitely many cells, in each of which all tests of it come out the same;
what is searched are cells, and what cells mean is asked of the code that projects facts for the engines.
"""
