"""The demo office: who works there, what people come with, and how each matter goes on."""
