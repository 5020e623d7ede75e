"""Grey pictures to digits: the detector, the sizes it looks at, and non-maximum suppression."""
