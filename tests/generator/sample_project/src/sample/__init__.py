"""A project that makes its OCPP package in its build step, by configuration alone."""
