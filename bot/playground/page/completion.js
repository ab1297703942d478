// What can follow what is typed: commands, their options with hints, an option's values, people. Pure.

const words = (text) => text.slice(text.lastIndexOf("\n") + 1);

export function commands(text, all) {
  return all.filter((one) => one.command.startsWith(text)).map((one) => ({
    put: `${one.command} `, from: 0, label: one.command, detail: one.usage_hint, more: one.description,
  }));
}

const optionMatches = (row, typed) => row.flags.some((flag) => flag.startsWith(typed));

function options(typed, from, hints) {
  return hints.options.filter((row) => optionMatches(row, typed)).map((row) => ({
    put: `${row.flags[0]} `, from, label: row.flags[0], detail: row.label, more: row.help,
  }));
}

function values(flag, typed, from, hints) {
  const row = hints.options.find((one) => one.flags.includes(flag));
  return (row?.values ?? []).filter((one) => one.startsWith(typed) && one !== typed)
    .map((one) => ({ put: `${one} `, from, label: one, detail: "", more: "" }));
}

function subcommands(typed, from, hints) {
  if (!typed) return [];
  return hints.words.filter((one) => one.word.startsWith(typed) && one.word !== typed)
    .map((one) => ({ put: `${one.word} `, from, label: one.word, detail: "", more: one.help }));
}

export function inCommand(text, about, locale) {
  const hints = about.hints[locale.slice(0, 2)] ?? about.hints.en;
  if (!hints) return [];
  const typed = text.slice(text.search(/\S*$/));
  const from = text.length - typed.length;
  const before = text.slice(0, from).trim().split(/\s+/);
  const flag = before.at(-1);
  if (/^[-–—]/.test(typed)) return options(typed.replace(/^[–—]/, "--"), from, hints);
  if (before.length > 1 && flag.startsWith("--")) return values(flag, typed, from, hints);
  return before.length === 1 ? subcommands(typed, from, hints) : [];
}

export function mentions(text, people) {
  const found = words(text).match(/(?:^|\s)@([\p{L}\p{N}_.-]*)$/u);
  if (!found) return [];
  const typed = found[1].toLowerCase();
  const from = text.length - found[1].length - 1;
  return people.filter((one) => [one.name, one.real_name].some((name) => name.toLowerCase().startsWith(typed)))
    .map((one) => ({ put: `@${one.real_name} `, from, label: `@${one.real_name}`, detail: one.name, more: "" }));
}

// text: what stands before the cursor. Each answer: {put, from, label, detail, more}.
export function complete(text, { about, own, people, locale, thread }) {
  if (/^\/\S*$/.test(text)) return commands(text, [...about.commands, ...own]);
  const known = about.commands.some((one) => text.startsWith(`${one.command} `));
  if (known && !thread) return inCommand(text, about, locale);
  return mentions(text, people);
}

// "@Ann Lee" as Slack sends it.
export function withMentions(text, people) {
  const longest = [...people].sort((a, b) => b.real_name.length - a.real_name.length);
  return longest.reduce((done, one) => done.replaceAll(`@${one.real_name}`, `<@${one.id}>`), text);
}
