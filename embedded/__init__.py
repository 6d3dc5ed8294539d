"""What answers when nothing is configured: PostgreSQL, Redis, the sketch storyteller."""
