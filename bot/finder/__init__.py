"""Finds which topic answers a question. It says no word of its own: it only points at what people wrote.

`lessons` are how people ask; `model` learns from them; `verdict` is what comes of a question; `service` does it in a
process of its own beside the bot, which alone loads the model.
"""
