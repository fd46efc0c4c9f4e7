/** The text editor of a scenario: CodeMirror without a history of its own, since the playground has one for all. */
import { defaultKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  foldGutter,
  HighlightStyle,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { Compartment, EditorState, Transaction } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.definition(tags.propertyName), color: 'var(--accent)' },
  { tag: tags.string, color: 'var(--tone-good)' },
  { tag: tags.content, color: 'var(--ink)' },
  { tag: tags.punctuation, color: 'var(--ink-3)' },
]);

const theme = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--paper-raised)', fontSize: '0.8rem', height: '100%' },
  '&.cm-focused': { outline: '2.5px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '0.5rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-soft) !important',
  },
  '.cm-activeLine': { backgroundColor: 'var(--shade)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ink-3)', border: 'none' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--paper-sunk)', border: 'none', color: 'var(--ink-2)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--accent-soft) !important', outline: 'none' },
  '.cm-tooltip': {
    maxWidth: '26rem',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--paper-raised)',
    color: 'var(--ink)',
    boxShadow: 'var(--shadow)',
  },
  '.cm-diagnostic': { padding: '0.4rem 0.75rem', fontFamily: 'var(--sans)', fontSize: '0.85rem' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--tone-bad)' },
});

export interface YamlMark {
  from: number;
  to: number;
  message: string;
}

export interface YamlEditorOptions {
  parent: HTMLElement;
  text: string;
  label: string;
  onchange(text: string): void;
  onundo(): void;
  onredo(): void;
}

export class YamlEditor {
  private readonly view: EditorView;
  private readonly editable = new Compartment();

  constructor({ parent, text, label, onchange, onundo, onredo }: YamlEditorOptions) {
    const run = (action: () => void) => () => {
      action();
      return true;
    };
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          foldGutter(),
          lintGutter(),
          drawSelection(),
          highlightActiveLine(),
          bracketMatching(),
          yaml(),
          indentUnit.of('  '),
          syntaxHighlighting(colours),
          keymap.of([
            { key: 'Mod-z', run: run(onundo), preventDefault: true },
            { key: 'Mod-Shift-z', run: run(onredo), preventDefault: true },
            { key: 'Mod-y', run: run(onredo), preventDefault: true },
            // Tab indents, as YAML needs; Escape then Tab leaves the editor.
            { key: 'Escape', run: (view) => (view.setTabFocusMode(2000), true) },
            indentWithTab,
            ...defaultKeymap,
            ...lintKeymap,
          ]),
          this.editable.of([]),
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            const isOurs = update.transactions.some(
              (step) => step.annotation(Transaction.userEvent) === 'outside',
            );
            if (update.docChanged && !isOurs) onchange(update.state.doc.toString());
          }),
          theme,
        ],
      }),
    });
  }

  /** The document as it is elsewhere: only what differs is changed, so that the cursor stays at its place. */
  show(text: string): void {
    const old = this.view.state.doc.toString();
    if (old === text) return;
    let from = 0;
    const shorter = Math.min(old.length, text.length);
    while (from < shorter && old[from] === text[from]) from++;
    let end = 0;
    while (end < shorter - from && old[old.length - 1 - end] === text[text.length - 1 - end]) end++;
    this.view.dispatch({
      changes: { from, to: old.length - end, insert: text.slice(from, text.length - end) },
      annotations: Transaction.userEvent.of('outside'),
    });
  }

  mark(marks: readonly YamlMark[]): void {
    const { length } = this.view.state.doc;
    const list: Diagnostic[] = marks.map(({ from, to, message }) => {
      const start = Math.min(from, length);
      const end = Math.min(Math.max(to, start), length);
      // An empty place cannot be underlined: the character before it is.
      return { from: start === end ? Math.max(0, start - 1) : start, to: end, severity: 'error', message };
    });
    this.view.dispatch(setDiagnostics(this.view.state, list));
  }

  setEditable(isEditable: boolean): void {
    this.view.dispatch({
      effects: this.editable.reconfigure(isEditable ? [] : [EditorState.readOnly.of(true)]),
    });
  }

  reveal(from: number): void {
    const at = Math.min(from, this.view.state.doc.length);
    this.view.dispatch({ selection: { anchor: at } });
    // By hand: the editor's own way scrolls the page as well.
    const { scrollDOM } = this.view;
    scrollDOM.scrollTop = this.view.lineBlockAt(at).top - scrollDOM.clientHeight / 2;
  }

  get hasFocus(): boolean {
    return this.view.hasFocus;
  }

  focus(): void {
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }
}
