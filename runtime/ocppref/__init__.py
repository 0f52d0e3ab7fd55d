"""A reference CSMS and a reference Charging Station, built on ocppj and ocpp21."""
