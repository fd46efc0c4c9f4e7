/**
 * Prose fields to HTML. Prose is plain text with three marks only: `code`, *emphasis* and $LaTeX$.
 *
 * Promises: everything that is not a mark is escaped, so no input can add an element or an attribute; a mark that
 * does not close is text; code is never read for other marks. A dollar opens mathematics only when text follows it
 * at once, and closes only when no digit follows, so "$5 and $10" stays money; `\$` is always a dollar.
 */
import katex from 'katex';

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/**
 * LaTeX to HTML with MathML beside it for screen readers; broken LaTeX is shown as code and reported in the build.
 * A displayed equation may be wider than the screen: it scrolls by itself, and the keyboard can reach it.
 */
export function renderMath(latex: string, displayMode = false): string {
  let html: string;
  try {
    html = katex.renderToString(latex, {
      displayMode,
      output: 'htmlAndMathml',
      strict: 'ignore',
      trust: false,
    });
  } catch (error) {
    console.warn(`LaTeX not understood: ${latex}: ${error instanceof Error ? error.message : String(error)}`);
    return `<code>${escapeHtml(latex)}</code>`;
  }
  return displayMode
    ? `<span class="equation" role="group" aria-label="Equation" tabindex="0">${html}</span>`
    : html;
}

const CODE = /`([^`]+)`/y;
const MATH = /\$(?![\s$])((?:\\[\s\S]|[^$\\])*?[^\s$\\]|(?:\\[\s\S])+)\$(?!\d)/y;
const EMPHASIS = /\*(?![\s*])([^*]*[^\s*])\*(?![\p{L}\p{N}])/uy;
const WORD = /[\p{L}\p{N}]/u;

function at(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

export function renderInline(text: string): string {
  let html = '';
  let plain = '';
  const flush = () => {
    html += escapeHtml(plain);
    plain = '';
  };
  for (let i = 0; i < text.length;) {
    const character = text[i];
    if (character === '\\' && text[i + 1] === '$') {
      plain += '$';
      i += 2;
      continue;
    }
    let found: RegExpExecArray | null = null;
    let rendered = '';
    if (character === '`' && (found = at(CODE, text, i))) {
      rendered = `<code>${escapeHtml(found[1] ?? '')}</code>`;
    } else if (character === '$' && (found = at(MATH, text, i))) {
      rendered = renderMath(found[1] ?? '');
    } else if (character === '*' && !WORD.test(text[i - 1] ?? ' ') && (found = at(EMPHASIS, text, i))) {
      rendered = `<em>${renderInline(found[1] ?? '')}</em>`;
    }
    if (found) {
      flush();
      html += rendered;
      i += found[0].length;
    } else {
      plain += character;
      i += 1;
    }
  }
  flush();
  return html;
}

/** As `renderInline`, for a field that may be missing. */
export function inlineOrNull(text: string | null | undefined): string | null {
  return text ? renderInline(text) : null;
}

export function inlineAll(texts: readonly string[] | null | undefined): string[] {
  return (texts ?? []).map(renderInline);
}

/** The text without its marks: for descriptions, search and attributes. */
export function plainText(text: string): string {
  return text
    .replace(/`([^`]+)`/g, '$1')
    .replace(/\$(?=\S)([^$]*\S)\$(?!\d)/g, (_, latex: string) =>
      latex
        .replace(/\\[a-zA-Z]+|[{}\\]/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .replace(/(^|[^\p{L}\p{N}])\*(?!\s)([^*]*[^\s*])\*/gu, '$1$2');
}
