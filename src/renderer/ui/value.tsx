import type { DataType } from '../../shared/model/data-type.ts';
import { defang, splitForDisplay } from '../../shared/model/defang.ts';
import { Text } from './text.tsx';
import { plainVisible } from './visible-text.ts';

/** Longer values are cut for a row; the page of the observable has the whole. */
const ROW_LIMIT = 600;
const HASH_TAIL = 8;

interface ValueProps {
  dataType: DataType;
  value: string;
  /** On several lines, whole; else one line where the least telling part gives way. */
  isWhole?: boolean;
}

/** An observable's value: defanged, never a link, its host the brightest part, hidden characters shown. */
export function Value({ dataType, value, isWhole }: ValueProps) {
  const shown = isWhole ? value : value.slice(0, ROW_LIMIT);
  const parts = splitForDisplay(dataType, shown);
  const whole = defang(dataType, shown);
  const scheme = parts.scheme === '' ? '' : defang(dataType, parts.scheme);
  const host = whole.slice(scheme.length, whole.length - parts.rest.length);
  const title = isWhole ? undefined : plainVisible(defang(dataType, value.slice(0, 4_000)));
  if (isWhole) {
    return (
      <span className="value wrapped mono">
        <span className={dataType === 'url' ? 'quiet' : undefined}>
          <Text>{scheme}</Text>
        </span>
        <Text>{host}</Text>
        <span className={host === '' ? undefined : 'path'}>
          <Text>{parts.rest}</Text>
        </span>
      </span>
    );
  }
  if (dataType === 'hash') return <MiddleCut text={whole} title={title} />;
  if (host !== '' && dataType !== 'ip')
    return (
      <span className="value mono" title={title}>
        <span className={parts.rest === '' ? 'lead alone' : 'lead'}>
          {scheme !== '' && (
            <span className={dataType === 'mail' ? 'el' : 'scheme quiet el'}>
              <bdi dir="ltr">
                <Text>{dataType === 'mail' ? scheme.slice(0, -1) : scheme}</Text>
              </bdi>
            </span>
          )}
          {dataType === 'mail' && scheme !== '' && '@'}
          <span className="host el">
            <bdi dir="ltr">
              <Text>{host}</Text>
            </bdi>
          </span>
        </span>
        {parts.rest !== '' && (
          <span className={parts.rest.length === 1 ? 'path one' : 'path el'}>
            <Text>{parts.rest}</Text>
          </span>
        )}
      </span>
    );
  return (
    <span className="value mono" title={title}>
      <span className="el">
        <Text>{whole}</Text>
      </span>
    </span>
  );
}

/** A hash gives way in the middle and keeps its last characters, by which people compare. */
export function MiddleCut({ text, title }: { text: string; title?: string | undefined }) {
  return (
    <span className="value mono" title={title ?? text}>
      <span className="el">{text.slice(0, -HASH_TAIL)}</span>
      <span className="tail">{text.slice(-HASH_TAIL)}</span>
    </span>
  );
}
