"""Small helpers of the templates of matters."""
