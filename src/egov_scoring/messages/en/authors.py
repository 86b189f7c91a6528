"""What is said to those who write rulesets: new cities, canonical form."""

TEXTS: dict[str, str] = {
    "problem.not-formatted": "the file cannot be put into canonical form without changing what it says",
    "hint.not-formatted": "take out anchors, and comments that stand between braces",
    "problem.folder-in-use": "{folder} is there already, and not empty",
    "hint.folder-in-use": "name a folder that is not there yet",
    "problem.odd-name": "the jurisdiction is no name: it is empty, longer than {limit} characters, or has characters that "
    "cannot be printed",
    "cli.flatten": "A ruleset with all that it takes over from others written out.",
    "cli.fmt": "Write ruleset files in canonical form.",
    "cli.new": "Begin the ruleset of a new city or year, which follows an older one.",
    "cli.option.check_only": "Change nothing; name the files that would change, and end with 1 if there are any.",
    "cli.option.base": "The id of the ruleset to begin from.",
    "cli.option.jurisdiction": "Where it is to apply.",
    "cli.option.year": "The year to be assessed.",
    "cli.fmt.changed": "{path}: written in canonical form",
    "cli.fmt.would": "{path}: not in canonical form",
    "cli.fmt.ok": "in canonical form: {count}",
    "cli.new.written": "written to {folder}: {files}",
    "cli.new.next": "now try:",
    "new.title": "Indicators of {jurisdiction}, {year}",
    "new.unit": "a_unit",
    "new.head": "Only what differs from the older ruleset stands here; docs/language.md is the reference.",
    "new.ruleset": "What the new document changes is stated by id, such as\n"
    "indicators:\n"
    "  - {{id: {id}, clause: part 2}}\n"
    "To see all of {base} as one file: egov-scoring flatten {base}",
    "new.documents": "The document that states the new table. Fill in what it says of itself: title, issuer, number, date.",
    "new.cases": "Two units worked out by the rules as they are taken over. When the rules change, what is expected here\n"
    "has to be worked out by hand from the document.",
    "new.best": "everything that can be had",
    "new.worst": "as little as there can be",
}
