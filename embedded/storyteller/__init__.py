"""The sketch storyteller: a server that speaks Ollama's HTTP API and whose words come from a grammar."""
