"""Answering why, why not and what if about customers who are stored. Reads only; nothing is ever written."""
