"""Between spider and network: where we may go, how politely, and what need not be sent again."""
