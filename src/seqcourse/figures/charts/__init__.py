"""Charts of any measurement: lines and bars."""
