/** Text in pieces, some of them hits: no HTML is made, so none can be injected. */
export interface Piece {
  text: string;
  isHit: boolean;
}

/** Marks where a word of the text begins with one of the terms (case and accents do not matter). */
export function highlight(text: string, terms: readonly string[]): Piece[] {
  const wanted = terms.map(fold).filter((term) => /[\p{L}\p{N}]/u.test(term));
  const pieces: Piece[] = [];
  for (const [part] of text.matchAll(/[\p{L}\p{N}]+|[^\p{L}\p{N}]+/gu)) {
    const folded = fold(part);
    // Folding keeps the length of every letter the library uses; where it does not, nothing is marked.
    const term =
      folded.length === part.length
        ? wanted.filter((t) => folded.startsWith(t)).sort((a, b) => b.length - a.length)[0]
        : undefined;
    if (term) {
      pieces.push({ text: part.slice(0, term.length), isHit: true });
      if (part.length > term.length) pieces.push({ text: part.slice(term.length), isHit: false });
    } else {
      pieces.push({ text: part, isHit: false });
    }
  }
  return join(pieces);
}

/** The server's snippet in pieces: `<mark>` makes a hit, every other tag is text, entities are decoded once. */
export function snippetPieces(html: string): Piece[] {
  const pieces: Piece[] = [];
  let isHit = false;
  for (const part of html.split(/(<\/?mark>)/)) {
    if (part === '<mark>') isHit = true;
    else if (part === '</mark>') isHit = false;
    else if (part) pieces.push({ text: decode(part), isHit });
  }
  return join(pieces);
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };

function decode(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (_, name: string) => ENTITIES[name] ?? '');
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function join(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last && last.isHit === piece.isHit) last.text += piece.text;
    else joined.push({ ...piece });
  }
  return joined;
}
