"""What the assistant does for each intent of the catalogue, one module for each group of them.

May import `actions.dialogue` and what it stands on, `handoff.contract`, and the models of `subscriptions`.
Invariants: every figure and date comes from a use case; what is said to be done is in a receipt of one.
"""
