"""What the city promises, as data, and the pure rules that read it: no clock, no network, no memory."""
