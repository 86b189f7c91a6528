"""What is said to those who write rulesets: new cities, canonical form."""

TEXTS: dict[str, str] = {
    "problem.not-formatted": "the file cannot be put into canonical form without changing what it says",
    "hint.not-formatted": "take out anchors, and comments that stand between braces",
    "problem.folder-in-use": "{folder} is there already, and not empty",
    "hint.folder-in-use": "name a folder that is not there yet; a next year is added to the folder that holds the ruleset named,"
    " and its documents.yaml",
    "problem.file-in-use": "{file} is there already",
    "hint.file-in-use": "name another year, or take it out first",
    "problem.document-not-added": "a declaration of {key} cannot be added at the end of the file",
    "hint.document-not-added": "declare {key} there yourself, with its title, and call this again",
    "problem.odd-name": "the jurisdiction is no name: it is empty, longer than {limit} characters, or has characters that "
    "cannot be printed",
    "problem.not-a-ruleset": "this is {what}, not a ruleset",
    "hint.not-a-ruleset": "what takes it: {command}",
    "word.cases-file": "a file of cases",
    "word.facts-file": "a file of facts",
    "word.duties-file": "a duty table",
    "word.accept-list": "a list of accepted differences",
    "word.pairs-file": "a file of pairs",
    "word.documents-file": "a file that declares documents",
    "problem.id-leads-nowhere": "no ruleset is found by the id {id}: this file is found as {own}",
    "hint.id-leads-nowhere": "write ruleset: {own}, or make the file {file}",
    "problem.id-of-another-file": "the id {id} leads to {other}: this file is found as {own}",
    "hint.id-of-another-file": "write ruleset: {own}",
    "cli.flatten": "A ruleset with all that it takes over from others written out.",
    "cli.fmt": "Write ruleset files in canonical form.",
    "cli.new": "Begin the ruleset of a new city or year, which follows an older one.",
    "cli.option.check_only": "Change nothing; name the files that would change, and end with 1 if there are any.",
    "cli.option.base": "The path or the id of the ruleset to begin from.",
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
    "To see all of it as one file: egov-scoring flatten {base}",
    "new.documents": "The document that states the new table. Fill in what it says of itself: title, issuer, number, date.",
    "new.cases": "Two units worked out by the rules as they are taken over. When the rules change, what is expected here\n"
    "has to be worked out by hand from the document.",
    "new.best": "everything that can be had",
    "new.worst": "as little as there can be",
}
