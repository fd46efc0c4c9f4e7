/** The core counts bytes of UTF-8, editors count UTF-16 units. */

/** The UTF-16 offset of a byte offset; within a character, its beginning; beyond the end, the end. */
export function utf16Offset(text: string, bytes: number): number {
  let counted = 0;
  let offset = 0;
  for (const character of text) {
    const size = utf8Size(character.codePointAt(0) ?? 0);
    if (counted + size > bytes) return offset;
    counted += size;
    offset += character.length;
  }
  return offset;
}

function utf8Size(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}
