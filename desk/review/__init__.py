"""Pages on which administrators keep the knowledge alive."""
