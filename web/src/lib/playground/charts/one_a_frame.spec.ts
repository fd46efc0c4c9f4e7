import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { drawSoon, forgetDrawing } from './one_a_frame';

let frames: FrameRequestCallback[] = [];
const frame = () => {
  const due = frames;
  frames = [];
  for (const callback of due) callback(0);
};

beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
});
afterEach(() => vi.unstubAllGlobals());

it('draws one in each frame, in the order of asking, and of one owner only the last', () => {
  const drawn: string[] = [];
  const [a, b, gone] = [{}, {}, {}];
  drawSoon(a, () => drawn.push('a, too early'));
  drawSoon(gone, () => drawn.push('gone'));
  drawSoon(b, () => drawn.push('b'));
  drawSoon(a, () => drawn.push('a'));
  forgetDrawing(gone);
  expect(frames).toHaveLength(1);
  frame();
  expect(drawn).toEqual(['a']);
  frame();
  expect(drawn).toEqual(['a', 'b']);
  expect(frames).toHaveLength(0);
});

it('goes on after a drawing that asks for another, or throws', () => {
  const drawn: string[] = [];
  const [a, b] = [{}, {}];
  drawSoon(a, () => {
    throw new Error('no canvas');
  });
  drawSoon(b, () => drawSoon(a, () => drawn.push('a')));
  expect(frame).toThrow('no canvas');
  frame();
  frame();
  expect(drawn).toEqual(['a']);
});
