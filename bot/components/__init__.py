"""Rasa components of our own: language, intent, entities, the tracker store and the quiet log.

May import rasa, spaCy, scikit-learn, numpy and this package; nothing of the repository's other packages.
Invariants: a component keeps no state between messages; text of a message never reaches a log; the same
training data gives the same model.
"""
