"""The tests; a package so that the benchmark can be run as a module."""
