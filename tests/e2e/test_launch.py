"""Starting: progress at every step, the model from its cache, one sentence for trouble, and nothing left behind."""

import os
import re
import subprocess
import sys

from launch.settings import ROOT
from tests.product import Product


def test_the_start_told_its_steps_and_addresses(product: Product) -> None:
    told = "\n".join(product.output)
    assert [int(number) for number in re.findall(r"^\[(\d)/5\]", told, re.MULTILINE)] == [
        2,
        3,
        4,
        5,
    ]
    for name in ("actions", "rasa", "gateway"):
        assert re.search(rf"{name} is up after \d+ s", told)
    for path in ("/", "/desk", "/docs"):
        assert f"{product.base}{path}" in told


def launch(product: Product, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Another start beside the running product; it must end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "launch.run"],
        cwd=ROOT,
        env={
            **os.environ,
            "PORT": str(product.port),
            "ABOLOTSE_VAR": str(product.var / "other"),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_port_in_use_is_one_sentence(product: Product) -> None:
    second = launch(product)
    assert second.returncode == 1
    assert second.stderr.strip().count("\n") == 0
    assert f"Port {product.port} cannot be used" in second.stderr


def test_a_port_that_is_no_number_is_one_sentence(product: Product) -> None:
    second = launch(product, PORT="eight thousand")
    assert second.returncode == 1
    assert second.stderr.strip().count("\n") == 0
    assert "PORT=eight thousand cannot be used" in second.stderr
