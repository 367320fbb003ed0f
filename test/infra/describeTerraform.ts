import { describe } from '@jest/globals';

import { copyInfra } from './terraform.ts';

/**
 * As describe, but where Terraform finds no provider (no registry, no wrapper) the tests are skipped by name. In CI they
 * fail then.
 */
export const describeTerraform = (await hasProvider()) ? describe : describe.skip;

async function hasProvider(): Promise<boolean> {
  if (/^(1|true)$/.test(process.env['CI'] ?? '')) return true;
  const copy = await copyInfra();
  const { said } = await copy.terraform('modules/topics', ['init', '-input=false', '-no-color']);
  await copy.remove();
  const isMissing = /Failed to (query available provider packages|install provider)/.test(said);
  if (isMissing)
    process.stderr.write("\n  SKIPPED test/infra: terraform can't fetch its provider on this machine\n");
  return !isMissing;
}
