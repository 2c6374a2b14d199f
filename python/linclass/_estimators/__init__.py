"""The estimators: scikit-learn's conventions over :func:`linclass.fit` and :class:`linclass.Model`."""
