"""Composed pages and a detector to the verifier, the detector's second stage."""
