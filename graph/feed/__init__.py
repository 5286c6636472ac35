"""What has just happened, handed to everybody who has subscribed to it: resolved once, encoded once, sent to all."""
