"""`seqcourse.numpy`'s optimisers, run by ``torch.optim``."""
