import { createPortEnds, type Port } from './port.ts';

/** What a DOM MessagePort, Node's MessagePort and Electron's MessagePortMain have in common, once adapted. */
export interface MessageChannelEnd {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** A DOM MessagePort does not tell when the other side went away, so closing is said in a message of its own. */
const BYE = 'osmia:bye';

export function portFromMessageChannel(end: MessageChannelEnd): Port {
  const port = createPortEnds({
    send: (frame) => end.post(JSON.stringify(frame)),
    close: () => {
      end.post(BYE);
      end.close();
    },
  });
  end.onMessage((message) => {
    if (message === BYE) {
      port.closed();
      end.close();
    } else if (typeof message === 'string') {
      port.deliver(parseOrUndefined(message));
    }
  });
  end.onClose(() => port.closed());
  return port;
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
