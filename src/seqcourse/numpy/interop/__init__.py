"""Weights to and from the modules of torch.nn."""
