/**
 * Finishes the HTML that the exporter rendered from Markdown: typesets $…$ and $$…$$ in text (never inside code),
 * and gives headings an id so that the table of contents can point at them. The exporter has already made it safe.
 */
import { renderMath } from './inline';

const TAG = /(<[^>]+>)/;
const MATH_IN_TEXT = /\$\$([\s\S]+?)\$\$|\$(?![\s$])([^$]*[^\s$])\$(?!\d)/g;
const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

export interface Body {
  html: string;
  headings: { id: string; title: string }[];
}

export function finishBody(source: string): Body {
  if (!source.trim()) return { html: '', headings: [] };
  let codeDepth = 0;
  const html = source
    .split(TAG)
    .map((part) => {
      if (part.startsWith('<')) {
        if (/^<(code|pre)\b/.test(part)) codeDepth += 1;
        if (/^<\/(code|pre)>/.test(part)) codeDepth -= 1;
        return part;
      }
      if (codeDepth > 0) return part;
      return part.replace(MATH_IN_TEXT, (_, display?: string, inline?: string) =>
        renderMath(decode(display ?? inline ?? ''), display !== undefined),
      );
    })
    .join('');

  const headings: Body['headings'] = [];
  const withIds = html.replace(
    /<h2(?: id="([^"]*)")?>([\s\S]*?)<\/h2>/g,
    (_, id: string | undefined, inner: string) => {
      const title = decode(inner.replace(/<[^>]+>/g, ''));
      const heading = { id: id ?? `text-${slug(title)}`, title };
      headings.push(heading);
      return `<h2 id="${heading.id}">${inner}</h2>`;
    },
  );
  return { html: withIds, headings };
}

function decode(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

export function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}
