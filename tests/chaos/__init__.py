"""A bot among people while everything goes wrong, and the books balanced afterwards."""
