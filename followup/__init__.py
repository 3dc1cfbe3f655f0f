"""Chasing until answered: urging, supervision, return visits, reminders."""
