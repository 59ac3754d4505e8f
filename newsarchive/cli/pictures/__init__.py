"""What commands do with pictures, and say of them."""
