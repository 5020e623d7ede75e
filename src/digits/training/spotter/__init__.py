"""What trains the network that finds digits in a row: composed strips, its layers, its loop, the mean of several."""
