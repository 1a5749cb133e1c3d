"""Ways to people. Only here is a messenger's own vocabulary known."""
