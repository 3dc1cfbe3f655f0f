"""Pages of briefing: reports, duties, instructions, digests."""
