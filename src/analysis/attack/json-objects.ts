/**
 * Cuts the objects out of the array under a top-level key of a JSON document, piece by piece, so that a document of any
 * size is never in memory at once. Looks at brackets and strings only; each object is parsed by itself afterwards.
 */
export interface ObjectCutter {
  /** Takes the next bytes; calls back for each whole object. */
  push(bytes: Uint8Array): void;
  /** Objects over the limit, which were passed over. */
  readonly passedOver: number;
  /** Whether the array was closed. */
  readonly isWhole: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COLON = 0x3a;

const MAX_KEY = 256;

/** `maxObject` in bytes. */
export function createObjectCutter(key: string, maxObject: number, onObject: (text: string) => void): ObjectCutter {
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  /** The last string of the top level, which is a key where a colon follows. */
  let word: number[] = [];
  let lastWord = '';
  let isKeyed = false;
  let isInArray = false;
  let isInObject = false;
  let isDone = false;
  let pieces: Uint8Array[] = [];
  let size = 0;
  let isTooLarge = false;
  let passedOver = 0;

  const keep = (bytes: Uint8Array): void => {
    size += bytes.length;
    if (size > maxObject) {
      isTooLarge = true;
      pieces = [];
    } else if (!isTooLarge) pieces.push(bytes.slice());
  };
  const finish = (): void => {
    if (isTooLarge) passedOver += 1;
    else onObject(new TextDecoder().decode(joined(pieces, size)));
    [pieces, size, isTooLarge] = [[], 0, false];
  };

  return {
    get passedOver() {
      return passedOver;
    },
    get isWhole() {
      return isDone;
    },
    push(bytes) {
      /** Where the object under way begins in these bytes. */
      let from = isInObject ? 0 : -1;
      for (let at = 0; at < bytes.length && !isDone; at += 1) {
        const byte = bytes[at]!;
        if (isInString) {
          if (isEscaped) isEscaped = false;
          else if (byte === BACKSLASH) isEscaped = true;
          else if (byte === QUOTE) {
            isInString = false;
            if (depth === 1) lastWord = String.fromCharCode(...word);
          } else if (depth === 1 && word.length < MAX_KEY) word.push(byte);
          continue;
        }
        switch (byte) {
          case QUOTE:
            isInString = true;
            word = [];
            break;
          case COLON:
            if (depth === 1) isKeyed = lastWord === key;
            break;
          case OPEN_OBJECT:
          case OPEN_ARRAY:
            depth += 1;
            if (depth === 2 && byte === OPEN_ARRAY && isKeyed) isInArray = true;
            if (isInArray && depth === 3 && byte === OPEN_OBJECT) {
              isInObject = true;
              from = at;
            }
            break;
          case CLOSE_OBJECT:
          case CLOSE_ARRAY:
            if (isInObject && depth === 3) {
              isInObject = false;
              keep(bytes.subarray(from, at + 1));
              finish();
              from = -1;
            }
            depth -= 1;
            if (isInArray && depth === 1) isDone = true;
            break;
          default:
            break;
        }
      }
      if (from >= 0 && !isDone) keep(bytes.subarray(from));
    },
  };
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
