"""From the protocol to files in memory."""
