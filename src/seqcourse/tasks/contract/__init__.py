"""What every task is made of: batches, words, draws and scores."""
