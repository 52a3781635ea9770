"""What strings and bytes of the web mean, once, for listings and pages alike."""
