"""The chat model: Azure OpenAI, and the offline planner behind the same client. The only importer of openai."""
