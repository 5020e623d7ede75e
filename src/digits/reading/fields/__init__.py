"""What a field may contain, and the likeliest value of a line that may stand there. Nothing here knows pictures."""
