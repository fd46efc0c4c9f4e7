import { publishedResults, scenariosOf, validationCases } from '$lib/server/validation_cases';

export async function load() {
  const published = await publishedResults();
  return { cases: await validationCases(), published, documents: scenariosOf(published) };
}
