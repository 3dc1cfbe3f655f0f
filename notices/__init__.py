"""Who must be told. The notice row is the queue."""
