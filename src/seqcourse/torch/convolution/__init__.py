"""The convolution on autograd."""
