"""The digits of rows go in; lines of numbers come out, without words, separators and flourishes; and ruled tables."""
