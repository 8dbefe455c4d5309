"""Benchmarks: commands that print numbers, started by hand; nothing of them runs with the tests.

May import everything. Invariants: a number is printed with what it was measured on; a proof that is no matter of
time (query plans) is a test as well.
"""
