"""`python -m ocppgen`, the same as `ocppgen`."""

from .cli import main

main()
