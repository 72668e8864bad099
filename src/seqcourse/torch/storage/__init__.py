"""The state of a PyTorch run, for storage on disk."""
