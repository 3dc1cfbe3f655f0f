"""Who came and what they say: petitioners, visits, companions."""
