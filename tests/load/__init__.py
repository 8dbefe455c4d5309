"""Load runs: what many people at once do to a part of the product. Each is started by hand, a short one runs in the tests."""
