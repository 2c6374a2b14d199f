"""Engines that hold parts in other processes: each is imported when it is asked for."""
