/** Which line of a notebook a name stands on. The core names what a line without a name shows "line_7". */

const NAME = /^\s*([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)\s*(?::[^=]*)?=(?!=)/u;
const SHOWN = /^line_(\d+)$/;

/** Lines from 1 by the name they give a value; a statement over several lines counts where it begins. */
export function namedLines(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  let brackets = 0;
  text.split('\n').forEach((line, i) => {
    const code = withoutComment(line);
    for (const statement of code.split(';')) {
      const name = brackets === 0 ? NAME.exec(statement)?.[1] : undefined;
      if (name && !lines.has(name)) lines.set(name, i + 1);
      for (const character of statement.replace(/"[^"]*"?/g, '')) {
        if (character === '(' || character === '[') brackets += 1;
        if ((character === ')' || character === ']') && brackets > 0) brackets -= 1;
      }
    }
  });
  return lines;
}

/** The line of an output or input; undefined where its name does not stand in the text. */
export function lineOf(name: string, lines: ReadonlyMap<string, number>): number | undefined {
  const shown = SHOWN.exec(name)?.[1];
  return lines.get(name) ?? (shown ? Number(shown) : undefined);
}

/** The text with these lines empty, so that the others keep their numbers. */
export function withoutLines(text: string, gone: ReadonlySet<number>): string {
  return text
    .split('\n')
    .map((line, i) => (gone.has(i + 1) ? '' : line))
    .join('\n');
}

/** Whether a line of plain values still has something to work out: "5 ms + 1 s", but not "8/s". */
export function isComputed(line: string): boolean {
  const value = withoutComment(line)
    .replace(/^[^=]*=/, '')
    .replace(/->.*$/, '');
  return /[+*^(]|[\p{L}\d)]\s*-|\/\s*[\d(]/u.test(value.replace(/\d[eE][-+]\d/g, '0'));
}

function withoutComment(line: string): string {
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '"') isQuoted = !isQuoted;
    if (line[i] === '#' && !isQuoted) return line.slice(0, i);
  }
  return line;
}
