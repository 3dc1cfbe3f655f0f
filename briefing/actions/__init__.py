"""Acts of briefing: urgent reports, duties, instructions, digests."""
