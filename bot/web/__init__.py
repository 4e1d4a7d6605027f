"""One ASGI application: webhooks, health, metrics, and the console over the real desk."""
