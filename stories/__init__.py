"""The product: stories and their making."""
