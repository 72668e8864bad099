"""What all figures are drawn with: shapes, text, colours and sliders."""
