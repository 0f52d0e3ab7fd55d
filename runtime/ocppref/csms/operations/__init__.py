"""What the CSMS asks Charging Stations for."""
