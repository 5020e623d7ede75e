"""Pages composed at random, with what stands where: what the detector is shown."""
