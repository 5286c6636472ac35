"""How answers reach clients that stay: on a WebSocket, as server-sent events, or as parts of one HTTP response."""
