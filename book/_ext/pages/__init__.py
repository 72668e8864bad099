"""What makes a page: its blocks, its cells, its place in the course."""
