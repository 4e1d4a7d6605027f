"""Letters: a claimed row of the outbox becomes words, when it is sent and not before."""
