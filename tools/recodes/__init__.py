"""Recoding: a second coder works from the same source notes, and the agreement is counted."""
