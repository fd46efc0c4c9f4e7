/** The episode graph as drawn: positions in the drawing's own units, names broken into lines. */
export const NODE_WIDTH = 184;
export const NODE_HEIGHT = 64;

export interface DrawnNode {
  id: string;
  code: string;
  name: string;
  url: string;
  group: string;
  layer: number;
  lines: string[];
  x: number;
  y: number;
}

export interface Drawing {
  width: number;
  height: number;
  nodes: DrawnNode[];
  edges: { from: string; to: string; path: string }[];
}

/** Breaks a name into at most `count` lines of about `width` characters; the last one is cut. */
export function breakLines(text: string, width: number, count: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1] ?? '';
    if (!last || last.length + word.length + 1 <= width)
      lines[lines.length - 1] = last ? `${last} ${word}` : word;
    else lines.push(word);
  }
  if (lines.length <= count) return lines;
  return [...lines.slice(0, count - 1), `${(lines[count - 1] ?? '').slice(0, width - 1)}…`];
}
