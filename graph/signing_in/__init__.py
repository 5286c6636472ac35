"""Who asks: from a token or a key, over HTTP or on a WebSocket, to a viewer."""
