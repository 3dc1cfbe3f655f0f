"""The diary (日程): what falls on which day, on a page and in one's own calendar program; leaders' reception days."""
