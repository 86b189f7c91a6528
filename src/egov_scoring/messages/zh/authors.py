"""What is said to those who write rulesets: new cities, canonical form."""

TEXTS: dict[str, str] = {
    "problem.not-formatted": "此文件无法在不改变内容的前提下整理成规范格式",
    "hint.not-formatted": "请去掉锚点（&、*）和花括号之间的注释",
    "problem.folder-in-use": "{folder} 已经存在，而且不是空的",
    "hint.folder-in-use": "请换一个还不存在的文件夹",
    "problem.odd-name": "地区名称不可用：为空，超过 {limit} 个字符，或含有不能打印的字符",
    "cli.flatten": "把一个指标体系所沿用的内容全部展开输出。",
    "cli.fmt": "把指标体系文件写成规范格式。",
    "cli.new": "沿用已有的指标体系，为新的城市或年度起草一个。",
    "cli.option.check_only": "不改动文件，只列出需要整理的文件；有则以 1 结束。",
    "cli.option.base": "所沿用的指标体系的编号。",
    "cli.option.jurisdiction": "适用的地区。",
    "cli.option.year": "考核年度。",
    "cli.fmt.changed": "{path}: 已写成规范格式",
    "cli.fmt.would": "{path}: 不是规范格式",
    "cli.fmt.ok": "规范格式的文件：{count} 个",
    "cli.new.written": "已写入 {folder}：{files}",
    "cli.new.next": "接下来可以：",
    "new.title": "{year}年度{jurisdiction}绩效考核指标",
    "new.unit": "示例单位",
    "new.head": "这里只写与所沿用的指标体系不同的内容；写法见 docs/language.md。",
    "new.ruleset": "新文件改动的地方按编号写出，例如\n"
    "indicators:\n"
    "  - {{id: {id}, clause: 第二部分}}\n"
    "要看 {base} 的全文：egov-scoring flatten {base}",
    "new.documents": "印发新指标表的文件。请按文件本身填写：title 标题、issuer 发文机关、number 文号、date 日期。",
    "new.cases": "两个单位，分数由沿用的规则算出。规则改动以后，这里的期望值要按文件用手算。",
    "new.best": "能得的都得",
    "new.worst": "能少则少",
}
