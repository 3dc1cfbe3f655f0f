"""The waiting hall (叫号): tickets, who is called to which window, the big screen. No names."""
