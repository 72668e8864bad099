"""Training on autograd."""
