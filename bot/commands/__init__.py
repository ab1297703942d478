"""What people may ask. Pure: an ``Incoming`` in, a ``Plan`` out; nothing happens here."""
