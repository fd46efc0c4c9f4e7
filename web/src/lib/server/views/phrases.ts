/** Headings over groups of links: what it means that an entry of this kind refers here by this relation. */

const INCOMING: Record<string, string> = {
  'incident/missing_patterns': 'Incidents that lacked it',
  'success/used_patterns': 'Successes that used it',
  'episode/patterns': 'Episodes that cover it',
  'episode/companies': 'Episodes that tell of it',
  'episode/incidents': 'Episodes that tell of it',
  'episode/prerequisites': 'Episodes that build on it',
  'concept/prerequisites': 'Concepts that build on it',
  'concept/patterns': 'Concepts behind it',
  'concept/episodes': 'Concepts it teaches',
  'formula/episodes': 'Formulas it uses',
  'incident/concepts': 'Incidents that show it',
  'success/concepts': 'Successes that show it',
  'formula/concepts': 'Formulas for it',
  'calculator/formulas': 'Calculators built on it',
  'calculator/fit': 'Calculators that fit it',
  'calculator/concepts': 'Calculators for it',
  'calculator/patterns': 'Calculators for it',
  'scenario/concepts': 'Scenarios that show it',
  'scenario/patterns': 'Scenarios to try it in',
  'scenario/incidents': 'Scenarios of its kind',
  'combination/members': 'Combinations with it',
  'combination/used_by': 'Combinations it uses',
  'company/patterns': 'Companies that use it',
  'company/episodes': 'Companies it tells of',
  'company/incidents': 'Company',
  'company/main_episode': 'Company in depth',
  'incident/company': 'Incidents',
  'success/company': 'Successes',
  'incident/episodes': 'Incidents it tells',
  'success/episodes': 'Successes it tells',
  'certificate/episodes': 'Certificates that ask for it',
  'certificate/requires': 'Certificates that build on it',
  'pattern/related': 'Patterns that point here',
  'concept/related': 'Concepts that point here',
};

export function incomingTitle(kind: string, relation: string, kindTitle: string): string {
  return INCOMING[`${kind}/${relation}`] ?? kindTitle;
}
