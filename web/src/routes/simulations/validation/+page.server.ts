import { validationCases } from '$lib/server/validation_cases';

export async function load() {
  return { cases: await validationCases() };
}
