/** The editor of a notebook: CodeMirror with the formula language's colours, completion, mistakes and results. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  WidgetType,
  type DecorationSet,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Diagnostic } from '../types';
import { completions, type Vocabulary } from './completion';
import { sparkline, type LineResult } from './notebook.svelte';
import { utf16Offset } from './offsets';

const KEYWORDS = new Set(['if', 'then', 'else', 'and', 'or', 'not', 'in', 'require', 'correlate', 'nines']);

const language = StreamLanguage.define<{ isStart: boolean }>({
  name: 'dstudio',
  startState: () => ({ isStart: true }),
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return 'comment';
    if (stream.match(/^"[^"]*"?/)) return 'string';
    if (stream.match(/^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?/i)) {
      stream.match(/^ *(%|\$|°)/);
      return 'number';
    }
    const word = stream.match(/^[\p{L}_][\p{L}\p{N}_]*/u) as RegExpMatchArray | null;
    if (word) {
      if (KEYWORDS.has(word[0])) return 'keyword';
      if (stream.match(/^\s*(?=\()/)) return 'variableName.function';
      if (stream.match(/^\s*(?=(:[^=]*)?=(?!=))/)) return 'variableName.definition';
      return 'variableName';
    }
    if (stream.match(/^(->|\.\.|<=|>=|==|!=|[-+*/^<>=])/)) return 'operator';
    stream.next();
    return 'punctuation';
  },
  languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['(', '[', '"'] } },
});

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: tags.number, color: 'var(--tone-info)' },
  { tag: tags.string, color: 'var(--tone-good)' },
  { tag: tags.keyword, color: 'var(--tone-bad)' },
  { tag: tags.function(tags.variableName), color: 'var(--accent)' },
  { tag: tags.definition(tags.variableName), color: 'var(--ink)', fontWeight: '600' },
  { tag: tags.operator, color: 'var(--ink-2)' },
]);

class ResultWidget extends WidgetType {
  constructor(private readonly result: LineResult) {
    super();
  }

  override eq(other: ResultWidget): boolean {
    return (
      other.result.text === this.result.text &&
      other.result.isInput === this.result.isInput &&
      (other.result.sample === null) === (this.result.sample === null) &&
      other.result.sample?.mean === this.result.sample?.mean
    );
  }

  override toDOM(): HTMLElement {
    const { text, sample, isInput } = this.result;
    const element = document.createElement('span');
    element.className = isInput ? 'cm-result cm-result-input' : 'cm-result';
    // The same stands in the table of results, which is what is read aloud.
    element.setAttribute('aria-hidden', 'true');
    const points = sample ? sparkline(sample) : [];
    if (points.length > 0) element.append(spark(points));
    element.append(text);
    return element;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

function spark(points: readonly number[]): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 46 14');
  svg.setAttribute('width', '46');
  svg.setAttribute('height', '14');
  const path = document.createElementNS(namespace, 'path');
  const top = points.map(
    (y, i) => `${((i * 46) / (points.length - 1)).toFixed(1)} ${(13 - 12 * y).toFixed(1)}`,
  );
  path.setAttribute('d', `M0 13L${top.join('L')}L46 13Z`);
  svg.append(path);
  return svg;
}

const setResults = StateEffect.define<readonly LineResult[]>();

const results = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    let next = value.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setResults)) continue;
      const { doc } = transaction.state;
      const builder = new RangeSetBuilder<Decoration>();
      const ordered = [...effect.value].sort((a, b) => a.line - b.line);
      for (const result of ordered) {
        if (result.line > doc.lines) continue;
        const { to } = doc.line(result.line);
        builder.add(to, to, Decoration.widget({ widget: new ResultWidget(result), side: 1 }));
      }
      next = builder.finish();
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const theme = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--paper-raised)', fontSize: '0.95rem' },
  '&.cm-focused': { outline: '2.5px solid var(--accent)', outlineOffset: '2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.75' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '0.75rem 0', minHeight: '20rem' },
  '.cm-line': { padding: '0 0.75rem 0 0.5rem', overflow: 'hidden' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-soft) !important',
  },
  '.cm-activeLine': { backgroundColor: 'var(--shade)' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    color: 'var(--ink-3)',
    border: 'none',
    paddingLeft: '0.35rem',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--accent-soft) !important', outline: 'none' },
  '.cm-result': {
    float: 'right',
    marginLeft: '1.5rem',
    padding: '0 0.5rem',
    borderRadius: '4px',
    color: 'var(--accent)',
    fontFamily: 'var(--sans)',
    fontWeight: '600',
    fontSize: '0.9rem',
    lineHeight: 'inherit',
    whiteSpace: 'normal',
    textAlign: 'right',
  },
  '.cm-result-input': { color: 'var(--ink-3)', fontWeight: '400' },
  '.cm-result svg': { marginRight: '0.6em', verticalAlign: '-2px' },
  '.cm-result path': { fill: 'var(--accent)', opacity: '0.5' },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--paper-raised)',
    color: 'var(--ink)',
    boxShadow: 'var(--shadow)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-completionInfo': {
    maxWidth: '22rem',
    padding: '0.5rem 0.75rem',
    fontFamily: 'var(--sans)',
    fontSize: '0.85rem',
  },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono) !important', fontSize: '0.88rem' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '0.25rem 0.5rem !important' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent-soft) !important',
    color: 'var(--ink) !important',
  },
  '.cm-completionDetail': { color: 'var(--ink-3)', fontStyle: 'normal' },
  '.cm-diagnostic': { padding: '0.4rem 0.75rem', fontFamily: 'var(--sans)', fontSize: '0.88rem' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--tone-bad)' },
});

export interface EditorOptions {
  parent: HTMLElement;
  text: string;
  label: string;
  vocabulary: () => Vocabulary | null;
  onchange(text: string): void;
}

export class NotebookEditor {
  private readonly view: EditorView;

  constructor({ parent, text, label, vocabulary, onchange }: EditorOptions) {
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        extensions: [
          history(),
          lineNumbers(),
          lintGutter(),
          drawSelection(),
          highlightActiveLine(),
          bracketMatching(),
          closeBrackets(),
          language,
          syntaxHighlighting(colours),
          autocompletion({ override: [(context) => completions(context, vocabulary())], icons: false }),
          keymap.of([
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...defaultKeymap,
            ...historyKeymap,
            ...lintKeymap,
          ]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onchange(update.state.doc.toString());
          }),
          results,
          theme,
        ],
      }),
    });
  }

  /** Puts another text in place; undo brings the old one back. */
  replace(text: string): void {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  showResults(list: readonly LineResult[]): void {
    this.view.dispatch({ effects: setResults.of(list) });
  }

  showDiagnostics(list: readonly Diagnostic[]): void {
    const text = this.view.state.doc.toString();
    const marks = list.map(({ begin, end, message, hint }) => {
      const from = Math.min(utf16Offset(text, begin), text.length);
      const to = Math.min(Math.max(from, utf16Offset(text, end)), text.length);
      // An empty place cannot be underlined: the character before it is.
      const start = from === to ? Math.max(0, from - 1) : from;
      return { from: start, to, severity: 'error' as const, message: hint ? `${message}\n${hint}` : message };
    });
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }

  goTo(line: number): void {
    const { doc } = this.view.state;
    const { from } = doc.line(Math.min(Math.max(1, line), doc.lines));
    this.view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    this.view.focus();
  }

  focus(): void {
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }
}
