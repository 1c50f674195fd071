"""The portal looks at itself: what is wrong with this installation (doctor), and how much of what there is (metrics)."""
