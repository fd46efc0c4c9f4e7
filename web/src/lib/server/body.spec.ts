import { describe, expect, it } from 'vitest';
import { finishBody } from './body';

describe('body', () => {
  it('typesets mathematics in text, but not in code or attributes', () => {
    const { html } = finishBody('<p title="$a$">so $x &lt; y$</p><pre><code>$z$</code></pre>');
    expect(html).toContain('title="$a$"');
    expect(html).toContain('<pre><code>$z$</code></pre>');
    expect(html).toContain('class="katex"');
  });

  it('gives headings an id and keeps those that have one', () => {
    const { html, headings } = finishBody('<h2>Why it works</h2><h2 id="own">Two <em>parts</em></h2>');
    expect(headings).toEqual([
      { id: 'text-why-it-works', title: 'Why it works' },
      { id: 'own', title: 'Two parts' },
    ]);
    expect(html).toContain('<h2 id="text-why-it-works">Why it works</h2>');
  });

  it('is empty for an empty body', () => {
    expect(finishBody('  \n')).toEqual({ html: '', headings: [] });
  });
});
