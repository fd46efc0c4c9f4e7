import {
  publishedResults,
  scenariosOf,
  validationCases,
  validationCoverage,
} from '$lib/server/validation_cases';

export async function load() {
  const published = await publishedResults();
  return {
    cases: await validationCases(),
    coverage: validationCoverage(),
    published,
    documents: scenariosOf(published),
  };
}
