"""Money raised by a company: who, how much, from whom, at which stage."""
