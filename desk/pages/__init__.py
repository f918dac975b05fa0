"""The built-in desk: pages for the staff of a support centre."""
