"""OCPP-J: the JSON over WebSocket form of OCPP, for a package written by ocppgen."""
