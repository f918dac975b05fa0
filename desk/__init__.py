"""The desk: where a person of the support centre takes over."""
