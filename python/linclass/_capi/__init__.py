"""The C library: loaded, its structs and functions, what is passed to them and what they give back."""
