"""News for clients: messages, who subscribes to what, and buffers with a bound."""
