import { AppError } from '../../shared/errors.ts';
import type { SecretVault } from './secret-vault.ts';

/** Looks at a text before it leaves the sealed workspace; `export.holds_secret`, with the names of the secrets that stand in it. */
export const createExportGuard =
  (vault: Pick<SecretVault, 'findIn'>, labelOf: (secretId: string) => string) =>
  (text: string): void => {
    const labels = vault.findIn(text).map(labelOf);
    if (labels.length === 0) return;
    const what = labels.length === 1 ? 'a secret' : `${labels.length} secrets`;
    throw new AppError(
      'export.holds_secret',
      `It holds ${what} (${labels.slice(0, 5).join(', ')}). Leave out what holds it, or replace the secret first.`,
      { details: { secrets: labels.slice(0, 20) } },
    );
  };
