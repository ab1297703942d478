"""What every implementation of a door has to keep."""
