"""From definitions to the protocol: Actions, sides, blocks, Python names."""
