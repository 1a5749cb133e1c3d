"""A local Bot API server with a chat page, so that the bot runs with no token, no phone and no network.

It is for development, tests and the tour: nothing in the product imports it and it is not in the wheel.
`python -m playground --port 8081` serves both; `playground.server.Playground` is the same thing for tests.
"""
