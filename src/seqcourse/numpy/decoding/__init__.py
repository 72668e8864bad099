"""Writing token by token: greedily, by sampling, by beam search."""
