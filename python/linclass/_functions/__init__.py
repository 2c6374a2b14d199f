"""Functions over arrays, models and data sets, with NumPy alone."""
