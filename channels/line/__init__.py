"""LINE: own thin client, durable delivery, renderer under measured limits."""
