"""Weights and runs on disk."""
