"""A training image goes in, the same digit comes out as other hands, pens, papers and cameras show it."""
