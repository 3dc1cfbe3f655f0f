"""Early warning: what gathers in the matters, told before it grows. Of events, never of persons."""
