"""How fast it is: ratios in one run against the bare engine and driver."""
