"""What changed between two rulesets, and what each change means for points."""
