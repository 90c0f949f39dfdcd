"""Bytes out, bytes in: the loop, the channel, streams that survive reconnects, and the retry rule."""
