"""Databases as earlier releases left them, with jobs in flight, and what becomes of those."""
