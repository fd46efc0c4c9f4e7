import { describe, expect, it, vi } from 'vitest';
import { plainText, renderInline } from './inline';

describe('inline renderer', () => {
  it.each([
    ['plain text', 'plain text'],
    ['', ''],
    ['call `f(x)` twice', 'call <code>f(x)</code> twice'],
    ['it *opens*: calls fail', 'it <em>opens</em>: calls fail'],
    ['*one* and *two words*', '<em>one</em> and <em>two words</em>'],
    ['`*not* $x$`', '<code>*not* $x$</code>'],
    ['*with `code`*', '<em>with <code>code</code></em>'],
  ])('%j becomes %j', (text, html) => expect(renderInline(text)).toBe(html));

  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['a & b "c" \'d\'', 'a &amp; b &quot;c&quot; &#39;d&#39;'],
    ['`<b>`', '<code>&lt;b&gt;</code>'],
    ['*<img src=x onerror=y>*', '<em>&lt;img src=x onerror=y&gt;</em>'],
  ])('escapes %j', (text, html) => expect(renderInline(text)).toBe(html));

  it.each(['one ` alone', '3 * 4 * 5', 'an * open', 'USD $5 and $10 more', 'a $ b', 'snake*case*name'])(
    'leaves %j as it is',
    (text) => expect(renderInline(text)).toBe(text),
  );

  it('takes an escaped dollar for a dollar', () => {
    expect(renderInline('\\$x\\$')).toBe('$x$');
  });

  it('typesets LaTeX with MathML beside it', () => {
    const html = renderInline('waits $W = \\frac{1}{\\mu - \\lambda}$ on average');
    expect(html).toContain('class="katex"');
    expect(html).toContain('<math');
    expect(html).toMatch(/^waits .* on average$/s);
  });

  it('does not let LaTeX add markup or links', () => {
    const html = renderInline('$\\href{javascript:alert(1)}{x}$ $\\text{<b>}$');
    expect(html).not.toContain('href="javascript');
    expect(html).not.toContain('<b>');
  });

  it('shows broken LaTeX as code and reports it', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(renderInline('$\\frac{1$')).toBe('<code>\\frac{1</code>');
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });
});

describe('plain text', () => {
  it('drops the marks and keeps the words', () => {
    expect(plainText('call `f` *soon*, $\\lambda_1$, for $5 or $6')).toBe('call f soon, _1, for $5 or $6');
  });
});
