"""Monitors: what is watched, and told of by NotifyEvent (N02 to N08)."""
