"""Claims about speed: ours, a peer and a floor in one run, told as ratios."""
