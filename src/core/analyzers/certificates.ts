import { X509Certificate } from 'node:crypto';

export interface Certificates {
  certificates: { subject: string; validTo: number }[];
  /** What is wrong with the text; undefined where nothing is. */
  problem: string | undefined;
}

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';
const MAX_CERTIFICATES = 2_000;

/** The certificates of a PEM bundle. What stands between them is comment, as programs that read such files take it. */
export function readCertificates(pem: string): Certificates {
  const certificates: Certificates['certificates'] = [];
  for (let at = pem.indexOf(BEGIN); at >= 0; at = pem.indexOf(BEGIN, at + 1)) {
    const end = pem.indexOf(END, at);
    const number = certificates.length + 1;
    if (end < 0) return { certificates, problem: `Certificate ${number} has no end: the text was cut.` };
    if (number > MAX_CERTIFICATES)
      return { certificates, problem: `It holds more than ${MAX_CERTIFICATES} certificates.` };
    try {
      const one = new X509Certificate(pem.slice(at, end + END.length));
      certificates.push({
        subject: one.subject.replaceAll('\n', ', ').slice(0, 300),
        validTo: Date.parse(one.validTo),
      });
    } catch {
      return { certificates, problem: `Certificate ${number} cannot be read: it was changed or cut.` };
    }
  }
  if (certificates.length > 0) return { certificates, problem: undefined };
  return {
    certificates,
    problem: pem.includes('PRIVATE KEY')
      ? 'This is a private key, no certificate. Do not give it away.'
      : `It holds no certificate: PEM text begins with ${BEGIN}.`,
  };
}
