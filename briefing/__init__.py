"""What leaders are told and what they instruct: urgent reports, digests, instructions."""
