/** Key and shape of the context by which a Section finds its title. */
export const TOC_KEY = Symbol('toc');

export interface TocContext {
  titleOf(id: string): string | undefined;
}
