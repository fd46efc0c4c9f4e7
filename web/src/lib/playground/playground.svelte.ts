/**
 * The playground's state: one design, the run of it, what is selected. Everything a person can do is a method here, so
 * that canvas, menus and keys do the same.
 */
import { getContext, setContext } from 'svelte';
import { stringify } from 'yaml';
import type { Challenge } from './challenges/types';
import { append, parse, removeAt, TEXT_MAX } from './edit';
import { Design } from './design.svelte';
import type { DesignShelf } from './designs';
import type { SimulationEngine } from './engine';
import { isObject, listOf, nodeKey, type GraphEdge, type GraphNode, type Json, type NodeKind } from './graph';
import * as edits from './model_edits';
import { directionOf, placed, scaleWithin, stacked } from './placing';
import { isWithin } from './pointer';
import type { ComponentType, Fault, Mistake, ScenarioDocument, ScenarioReport } from './protocol';
import { Replications } from './replications.svelte';
import { Run, type Ticker } from './run.svelte';
import type { SeriesStore } from './series';
import { EMPTY } from './starts';
import type { Vendor } from './vendors';

export interface PlaygroundParts {
  /** Of the run that is watched. */
  engine: SimulationEngine;
  /** Of further runs, so that what is watched never waits for them. */
  background: SimulationEngine;
  ticker: Ticker;
  shelf: DesignShelf;
}

/** What others ask of the canvas, while there is one. */
export interface CanvasPort {
  /** A point of the window as a point of the graph; null where it is not over the canvas. */
  at(clientX: number, clientY: number): [number, number] | null;
  /** Width and height, in pixels. */
  size(): [number, number];
}

/** A run as it was when it was pinned. */
export interface PinnedRun {
  name: string;
  seed: number;
  text: string;
  report: ScenarioReport;
  series: SeriesStore;
}

export class Playground {
  readonly design = new Design(EMPTY);
  readonly run: Run;
  readonly shelf: DesignShelf;
  readonly engine: SimulationEngine;
  readonly background: SimulationEngine;
  readonly replications: Replications;

  /** Keys of nodes and edges; "note:0" and "section:0" for notes and sections. */
  selection = $state.raw<readonly string[]>([]);
  vendor = $state<Vendor>('generic');
  /** On a phone: to look at and to run, not to change. */
  isReadOnly = $state(false);
  /** The screen is higher than wide. */
  isPortrait = $state(false);
  /** Under which name it is kept; null while it is not. */
  savedName = $state<string | null>(null);
  /** For those who listen: one sentence at a time. */
  announcement = $state('');
  /** What components may be, with what each starts with; empty until the core has said it. */
  types = $state.raw<readonly ComponentType[]>([]);
  /** Run A, to compare others with. */
  pinned = $state.raw<PinnedRun | null>(null);
  /** The challenge that is being worked on. */
  challenge = $state.raw<Challenge | null>(null);
  /** Counts up when all of the design should come into view. */
  fitRequests = $state(0);
  canvas: CanvasPort | null = null;

  /** The run is not of this design any more. */
  readonly isStale = $derived.by(
    () => this.run.modelJson !== '' && this.run.modelJson !== this.design.modelJson,
  );
  /**
   * A phone held upright has the graph run down, whatever was placed on a wide screen: else names are too small to
   * read. Notes and sections lie around places, so a design that has some keeps them.
   */
  readonly isStacked = $derived.by(() => {
    const { notes, sections } = this.design.graph;
    return this.isReadOnly && this.isPortrait && notes.length + sections.length === 0;
  });
  readonly positions = $derived.by(() =>
    this.isStacked ? stacked(this.design.graph) : placed(this.design.graph),
  );
  readonly direction = $derived.by(() => directionOf(this.design.graph, this.positions));

  constructor({ engine, background, ticker, shelf }: PlaygroundParts) {
    this.engine = engine;
    this.background = background;
    this.replications = new Replications(background);
    this.shelf = shelf;
    this.run = new Run(engine, ticker, () => this.say('The run has finished.'));
  }

  say(sentence: string): void {
    // The same sentence twice is heard twice.
    this.announcement = sentence === this.announcement ? `${sentence}\u00a0` : sentence;
  }

  load(text: string, savedName: string | null = null): void {
    this.run.close();
    this.selection = [];
    this.design.load(text);
    this.savedName = savedName;
    this.challenge = null;
    this.fitRequests++;
  }

  take(challenge: Challenge): void {
    this.load(challenge.start);
    this.challenge = challenge;
    this.say(`Challenge: ${challenge.title}.`);
  }

  async learnTypes(): Promise<void> {
    const outcome = await this.engine.types();
    if ('answer' in outcome) this.types = outcome.answer;
  }

  async check(): Promise<void> {
    if (!this.design.isReadable) return;
    const outcome = await this.engine.check(this.design.value);
    if ('answer' in outcome) this.design.mistakes = outcome.answer.mistakes;
    else if ('error' in outcome) this.run.error = outcome.error.message;
  }

  mistakesAt(pointer: string): Mistake[] {
    return this.design.mistakes.filter((mistake) => isWithin(mistake.pointer, pointer));
  }

  // The run

  async play(): Promise<void> {
    if (!(await this.ready())) return;
    this.run.play();
    this.say('The run plays.');
  }

  pause(): void {
    this.run.pause();
    this.say(`Paused at ${this.run.frame?.now_s.toFixed(1) ?? 0} seconds.`);
  }

  toggle(): void {
    if (this.run.status === 'playing') this.pause();
    else void this.play();
  }

  async step(size: 'bin' | 'small'): Promise<void> {
    if (await this.ready()) this.run.step(size);
  }

  async restart(): Promise<void> {
    await this.open();
    this.say('Back at the start.');
  }

  /** A run of the design as it is; at its start where there was none, or none of this design. */
  private async ready(): Promise<boolean> {
    if (this.run.isOpen && !this.isStale && this.run.status !== 'finished') return true;
    return this.open();
  }

  private async open(): Promise<boolean> {
    const { value, modelJson } = this.design;
    const isOpen = await this.run.open($state.snapshot(value), modelJson);
    if (!isOpen && this.run.mistakes.length > 0) {
      this.design.mistakes = this.run.mistakes;
      this.say(`The scenario has ${this.run.mistakes.length} mistakes.`);
    }
    return isOpen;
  }

  /** Going back forgets the faults that struck later, in the design as well. */
  seek(toS: number): void {
    const forgotten = this.run.struck.filter(({ atS }) => atS > toS);
    this.run.seek(toS);
    if (forgotten.length === 0) return;
    const wasStale = this.isStale;
    this.design.edit((document) => {
      for (const { fault } of forgotten) {
        const faults = listOf(edits.valueOf(document).faults);
        const place = faults.findLastIndex((item) => JSON.stringify(item) === JSON.stringify(fault));
        if (place >= 0) removeAt(document, ['faults', place]);
      }
    });
    if (!wasStale) this.run.modelJson = this.design.modelJson;
  }

  async strike(fault: Fault): Promise<void> {
    if (!this.run.isOpen || this.isStale) if (!(await this.open())) return;
    const struck = await this.run.strike(fault);
    if (!struck) return this.say('The fault was refused.');
    this.design.edit((document) => {
      append(document, ['faults'], struck);
    });
    this.run.modelJson = this.design.modelJson;
    this.say(`A fault strikes ${fault.component}.`);
  }

  async pin(): Promise<void> {
    await this.run.refresh();
    const { report, series, seed } = this.run;
    if (!report) return;
    const { name, text } = this.design;
    this.pinned = { name, seed, text, report, series: series.copy() };
    this.say('Pinned as A.');
  }

  // The design

  get selectedNodes(): GraphNode[] {
    return this.design.graph.nodes.filter(({ key }) => this.selection.includes(key));
  }
  get selectedEdges(): GraphEdge[] {
    return this.design.graph.edges.filter(({ key }) => this.selection.includes(key));
  }

  /** Of the palette: a type of component, or "workload", "note", "section". */
  add(what: string, at: readonly [number, number]): void {
    if (what === 'workload') this.addWorkload(at);
    else if (what === 'note') this.addNote(at);
    else if (what === 'section') this.addSection(at);
    else this.addComponent(what, at);
    this.say(`Added: ${what}.`);
  }

  private startOf(type: string): Json | undefined {
    return this.types.find(({ name }) => name === type)?.start;
  }

  private addComponent(type: string, at: readonly [number, number]): void {
    const id = edits.freeId(this.design.value, type);
    if (this.design.edit(edits.addComponent(id, type, at, this.startOf(type))))
      this.selection = [nodeKey('component', id)];
  }

  private addWorkload(at: readonly [number, number]): void {
    const target = this.design.graph.nodes.find(({ kind }) => kind === 'component')?.id ?? 'service';
    const id = edits.freeId(this.design.value, 'users');
    if (this.design.edit(edits.addWorkload(id, target, at))) this.selection = [nodeKey('workload', id)];
  }

  connect(fromKey: string, toKey: string): void {
    const find = (key: string) => this.design.graph.nodes.find((node) => node.key === key);
    const [from, to] = [find(fromKey), find(toKey)];
    if (from && to?.kind === 'component')
      this.design.edit(edits.connect(from, to.id, this.startOf(from.type)));
  }

  removeSelection(): void {
    const [nodes, calls, keys] = [this.selectedNodes, this.selectedEdges, this.selection];
    if (keys.length === 0) return;
    const extras = keys
      .map((key) => /^(note|section):(\d+)$/.exec(key))
      .filter((match) => match !== null)
      .map((match) => [`${match[1]}s`, Number(match[2])] as const)
      .sort((a, b) => b[1] - a[1]);
    this.design.edit((document) => {
      // Calls first: their places are those of the document as it is.
      edits.disconnect(calls)(document);
      edits.removeNodes(nodes)(document);
      for (const [list, place] of extras) removeAt(document, ['layout', list, place]);
    });
    this.selection = [];
    this.say('Deleted.');
  }

  duplicateSelection(): void {
    const nodes = this.selectedNodes.map((node) => ({
      ...node,
      position: this.positions[node.key] ?? node.position,
    }));
    if (nodes.length === 0) return;
    const ids = new Map<string, string>();
    const value: ScenarioDocument = { ...this.design.value };
    for (const { key, id, kind } of nodes) {
      const free = edits.freeId(value, id);
      ids.set(key, free);
      const list = kind === 'component' ? 'components' : 'workloads';
      value[list] = [...listOf(value[list]), { id: free }];
    }
    if (this.design.edit(edits.duplicate(nodes, ids)))
      this.selection = nodes.map(({ key, kind }) => nodeKey(kind, ids.get(key) ?? ''));
  }

  rename(kind: NodeKind, from: string, to: string): void {
    if (from === to || to === '') return;
    const taken = this.design.graph.nodes.some((node) => node.key === nodeKey(kind, to));
    if (taken) return this.say(`There is already a ${kind} of that name.`);
    if (this.design.edit(edits.rename(kind, from, to))) this.selection = [nodeKey(kind, to)];
  }

  /** Where nodes stand now; all are written, so that those not moved stay where they are seen. */
  place(positions: Readonly<Record<string, readonly [number, number]>>, key: string | null = 'place'): void {
    const all = { ...this.positions, ...positions };
    const byId: Record<string, readonly [number, number]> = {};
    for (const node of this.design.graph.nodes) byId[node.id] = all[node.key] ?? [0, 0];
    this.design.edit(edits.place(byId), key);
  }

  async layOut(): Promise<void> {
    const { elkLayout } = await import('./elk');
    const { graph } = this.design;
    const [right, down] = [await elkLayout(graph, 'right'), await elkLayout(graph, 'down')];
    const [width, height] = this.canvas?.size() ?? [1, 0];
    // Whichever way it is drawn larger, but for a hair's breadth.
    const isDown = scaleWithin(down, width, height) > 1.1 * scaleWithin(right, width, height);
    this.place(isDown ? down : right, null);
    this.fitRequests++;
    this.say('Laid out.');
  }

  private addNote(at: readonly [number, number]): void {
    const place = this.design.graph.notes.length;
    this.design.edit((document) => {
      append(document, ['layout', 'notes'], { at: [...at], text: 'A note' });
    });
    this.selection = [`note:${place}`];
  }

  private addSection(at: readonly [number, number]): void {
    const place = this.design.graph.sections.length;
    this.design.edit((document) => {
      append(document, ['layout', 'sections'], { at: [...at], size: [480, 256], title: 'A section' });
    });
    this.selection = [`section:${place}`];
  }

  // Keeping

  /** What is wrong with it; null where it was opened. JSON is YAML, and is written anew as YAML. */
  async openFile(file: File): Promise<string | null> {
    if (file.size > TEXT_MAX) return `${file.name} is larger than a scenario can be.`;
    const text = await file.text();
    const document = parse(text);
    if (document.errors.length > 0) return `${file.name} is neither YAML nor JSON.`;
    if (!isObject(document.toJS())) return `${file.name} is no scenario.`;
    this.load(
      file.name.endsWith('.json') ? stringify(document.toJS(), { lineWidth: 0, indentSeq: false }) : text,
    );
    return null;
  }

  save(name: string): boolean {
    const isKept = this.shelf.save(name, this.design.text);
    if (isKept) this.savedName = name;
    this.say(isKept ? `Kept as ${name}.` : 'This browser could not keep it.');
    return isKept;
  }
}

const KEY = Symbol('playground');
export const providePlayground = (playground: Playground): Playground => setContext(KEY, playground);
export const usePlayground = (): Playground => getContext<Playground>(KEY);
