"""Regularised least squares on a kernel: one factorisation gives the fit, and every fold of it left out.

Knows nothing of language. Invariants: the same input gives the same output; what is returned for a left-out
row is exactly what a fit without its fold would have said of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack

Matrix = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]

BLOCK = 1024


@dataclass(frozen=True)
class Solution:
    """`strengths` per training row and target; `left_out` are decisions for rows of a fold, else NaN."""

    strengths: Matrix
    left_out: Matrix


def solve(
    kernel: Matrix, targets: Matrix, *, regularisation: float, held_out: Sequence[Indices]
) -> Solution:
    """Fit all targets at once. Uses up `kernel`: 10,000 messages are 400 MB.

    It is square, in C order, and read on and above its diagonal only.

    For a fold F, with A the regularised kernel, the decisions of a fit without F are
    `targets_F - inv(inv(A)_FF) strengths_F` (the block form of the leave-one-out identity). Of the inverted factor
    only what stands right and below of the first left-out row is needed: folds at the end cost less.
    Raises ValueError if the kernel is not positive definite.
    """
    kernel[np.diag_indices(len(kernel))] += regularisation
    # LAPACK works on columns; the transposed view of a symmetric matrix needs no copy.
    factor, failed = lapack.spotrf(kernel.T, lower=1, overwrite_a=1)
    if failed:
        raise ValueError("The kernel is not positive definite.")
    strengths, _ = lapack.spotrs(factor, targets, lower=1)
    left_out = np.full(targets.shape, np.nan, dtype=np.float32)
    if held_out:
        first = min(int(rows[0]) for rows in held_out)
        inverse, _ = lapack.strtri(factor[first:, first:], lower=1)
        for rows in held_out:
            columns = inverse[:, rows - first]
            block = columns.T @ columns  # of the kernel's inverse
            left_out[rows] = targets[rows] - np.linalg.solve(block, strengths[rows])
    return Solution(np.ascontiguousarray(strengths), left_out)
