import { refuseSecrets as refuse } from '../../shared/model/refuse-secrets.ts';
import { callCore } from './client.ts';

/** Before a text leaves the sealed workspace as a file: rejects with `export.holds_secret` where a secret stands in it. */
export const refuseSecrets = (text: string): Promise<void> => refuse(text, (input) => callCore('secrets.scan', input));
