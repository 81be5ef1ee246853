/** One host that a run asked for, and what went there and came back, in bytes. */
export interface Contact {
  host: string;
  port: number;
  /** Connections or requests that were let through, and those that were not. */
  allowed: number;
  refused: number;
  bytesSent: number;
  bytesReceived: number;
  /** Why the last refused one was refused; null when none was. */
  reason: string | null;
}

/** A program that asks for more hosts than this is counted as one line. */
const MAX_CONTACTS = 500;
const MAX_HOST_LENGTH = 253;
export const OTHER_HOSTS = '(further hosts)';

export interface ContactBook {
  /** The line of a host, made when it is new. Its figures are the caller's to add to. */
  line(host: string, port: number): Contact;
  all(): Contact[];
}

export function createContactBook(): ContactBook {
  const lines = new Map<string, Contact>();
  return {
    line(asked, port) {
      // What is asked for is the program's own text: it is shown and stored, so it is cut and has no controls.
      const host = asked.slice(0, MAX_HOST_LENGTH).replace(/[^\x21-\x7e]/g, '\uFFFD');
      const isNew = !lines.has(`${host} ${port}`);
      const [name, at] = isNew && lines.size >= MAX_CONTACTS ? [OTHER_HOSTS, 0] : [host, port];
      const found = lines.get(`${name} ${at}`);
      if (found !== undefined) return found;
      const line = { host: name, port: at, allowed: 0, refused: 0, bytesSent: 0, bytesReceived: 0, reason: null };
      lines.set(`${name} ${at}`, line);
      return line;
    },
    all: () => [...lines.values()].map((line) => ({ ...line })),
  };
}
