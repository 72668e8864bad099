"""Encoder and decoder on autograd."""
