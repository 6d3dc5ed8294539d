"""What answers when nothing is configured: PostgreSQL, Redis, the sketch storyteller, and their launcher.

Nothing else in the house imports it: the application knows only the URLs.
"""
