"""Recurrent layers: one state, updated at every step."""
