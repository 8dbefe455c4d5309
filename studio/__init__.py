"""The content team's tools: how well the assistant understands, and what to teach it next.

May import the standard library; none of the other packages. Invariant: scoring is pure, the same
input gives the same report.
"""
