"""Reports: scorecards and programs told to people and machines. They know no rule kinds."""
