"""Running the office: signs of life, health, figures for a monitor, the log."""
