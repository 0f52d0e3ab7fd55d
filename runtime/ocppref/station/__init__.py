"""The reference Charging Station: a client that behaves as OCPP 2.1 says, and can be scripted."""
