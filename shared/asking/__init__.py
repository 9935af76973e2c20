"""Managers' questions: what a report needs from the store, read and handed to the pure read models.

Commands and services ask alike. Reads only; nothing here writes or knows how an answer is shown.
"""
