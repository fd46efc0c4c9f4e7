/** A design as the end of an address; the part after # stays in the browser. */
import { decodeText, encodeText } from '$lib/formula/notebook/share';

/** Longer addresses are cut by mail programs and chats. */
export const LINK_MAX = 16_000;
const KEY = 'd';

/** Null where the design does not fit into a link. */
export async function designLink(base: string, text: string): Promise<string | null> {
  const link = `${base}#${KEY}=${await encodeText(text)}`;
  return link.length <= LINK_MAX ? link : null;
}

/** Undefined where the address has no design, null where it has a damaged one. */
export async function designInHash(hash: string): Promise<string | null | undefined> {
  const encoded = new URLSearchParams(hash.replace(/^#/, '')).get(KEY);
  return encoded === null ? undefined : decodeText(encoded);
}
