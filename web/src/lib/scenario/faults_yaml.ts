/** Faults as text of a scenario document, each on a line of its own. */
import { Document, isCollection, isSeq } from 'yaml';
import type { ScenarioFault } from './types';

export function faultsYaml(faults: readonly ScenarioFault[]): string {
  const document = new Document({ faults });
  const list = document.get('faults', true);
  if (isSeq(list)) for (const item of list.items) if (isCollection(item)) item.flow = true;
  return document.toString({ lineWidth: 0, indentSeq: false, flowCollectionPadding: false }).trimEnd();
}
