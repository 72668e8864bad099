"""What a model reads, keeps and carries, and how far back it reaches."""
