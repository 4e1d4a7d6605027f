"""Files of people and invoices into the desk: read whole, judged whole, then written at once."""
